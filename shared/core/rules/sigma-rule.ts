import type { Predicate } from './predicate.ts';
import { parseSigmaCondition, type SigmaCondition } from './sigma-condition.ts';
import { holdLimit, SIGMA_LIMITS, SigmaError } from './sigma-error.ts';
import { compileSigmaItem } from './sigma-item.ts';
import type { Placeholders } from './sigma-modifiers.ts';

/**
 * What a Sigma rule for CloudTrail selects (Sigma rules specification 2.0.0). `document` is the parsed YAML; field names are paths in the
 * record; `placeholders` are for `expand`. Throws `SigmaError`, also for what Sigma has and this can't do: correlations, aggregations, parts
 * of a time, regular expressions beyond RE2.
 */
export function compileSigma(document: unknown, placeholders: Placeholders = {}): Predicate {
  const { detection, logsource, ...rest } = mapping(document, 'the document');
  for (const [key, reason] of NO_RULES) if (key in rest) throw new SigmaError(key, reason);
  checkLogSource(mapping(logsource, 'logsource'));
  const { condition, timeframe, ...definitions } = mapping(detection, 'detection');
  if (timeframe !== undefined)
    throw new SigmaError(
      'detection.timeframe',
      'belongs to an aggregation; give the rule a threshold instead',
    );
  const names = Object.keys(definitions);
  holdLimit('selections', names.length, 'detection');
  const selections = new Map(
    names.map((name) => [name, compileSelection(definitions[name], placeholders, `detection.${name}`)]),
  );
  const predicate = anyOf(
    conditionTexts(condition).map(([text, where]) =>
      predicateOf(parseSigmaCondition(text, names, where), selections),
    ),
  );
  holdLimit('tests', countTests(predicate), 'detection');
  return predicate;
}

const NO_RULES = [
  [
    'correlation',
    'correlations join events of several rules; a rule here judges one event, and counts by its threshold',
  ],
  ['filter', 'this is a Sigma filter, which belongs to other rules; give the rule a suppression instead'],
  ['action', 'collections by action were taken out of Sigma: write each rule out'],
] as const;

function checkLogSource({ product, service }: Readonly<Record<string, unknown>>): void {
  if (product === 'aws' && service === 'cloudtrail') return;
  const found = [product, service].map((value) => (typeof value === 'string' ? value : 'none'));
  throw new SigmaError(
    'logsource',
    `product aws and service cloudtrail are what is read here, not product ${found[0]} and service ${found[1]}`,
  );
}

function conditionTexts(condition: unknown): readonly (readonly [text: string, where: string])[] {
  const where = 'detection.condition';
  const isList = Array.isArray(condition);
  const texts: readonly unknown[] = isList ? condition : [condition];
  if (texts.length === 0) throw new SigmaError(where, 'is an empty list');
  return texts.map((text, index) => {
    const at = isList ? `${where}[${index}]` : where;
    if (typeof text !== 'string')
      throw new SigmaError(at, 'a rule needs a condition such as "selection and not filter"');
    return [text, at];
  });
}

/** A map: all of its fields. A list of maps or values: one of them. */
function compileSelection(definition: unknown, placeholders: Placeholders, where: string): Predicate {
  if (!Array.isArray(definition)) {
    return isMapping(definition)
      ? compileFields(definition, placeholders, where)
      : compileSigmaItem('', definition, placeholders, where);
  }
  if (definition.length === 0) throw new SigmaError(where, 'is an empty list');
  const values = definition.filter((item) => !isMapping(item));
  const maps = definition.flatMap((item: unknown, index) =>
    isMapping(item) ? [compileFields(item, placeholders, `${where}[${index}]`)] : [],
  );
  return anyOf([...(values.length > 0 ? [compileSigmaItem('', values, placeholders, where)] : []), ...maps]);
}

function compileFields(
  fields: Readonly<Record<string, unknown>>,
  placeholders: Placeholders,
  where: string,
): Predicate {
  const of = Object.entries(fields).map(([key, given]) =>
    compileSigmaItem(key, given, placeholders, `${where}.${key}`),
  );
  const [only] = of;
  if (only === undefined) throw new SigmaError(where, 'names no field');
  return of.length === 1 ? only : { kind: 'all', of };
}

function predicateOf(condition: SigmaCondition, selections: ReadonlyMap<string, Predicate>): Predicate {
  if (condition.op === 'not') return { kind: 'not', of: predicateOf(condition.of, selections) };
  if (condition.op !== 'selection') {
    const of = condition.of.map((part) => predicateOf(part, selections));
    return { kind: condition.op === 'and' ? 'all' : 'any', of };
  }
  const predicate = selections.get(condition.name);
  if (predicate === undefined) throw new Error(`the condition was parsed with another ${condition.name}`);
  return predicate;
}

function anyOf(of: readonly Predicate[]): Predicate {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind: 'any', of };
}

/** Not on for ever where the limit is passed: selections that are used often are counted often. */
function countTests(predicate: Predicate, before = 0): number {
  if (before > SIGMA_LIMITS.tests) return before;
  if (predicate.kind === 'not') return countTests(predicate.of, before);
  if (predicate.kind !== 'fields')
    return predicate.of.reduce((count, part) => countTests(part, count), before);
  return predicate.conditions.reduce((count, { anyOf }) => count + anyOf.length, before);
}

function mapping(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (isMapping(value)) return value;
  throw new SigmaError(where, value === undefined ? 'is missing' : 'is no mapping of names to values');
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
