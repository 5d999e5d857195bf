import {
  pathName,
  type Condition,
  type FieldsHold,
  type Predicate,
  type ValueTest,
  type Wildcard,
} from './predicate.ts';
import { sharedLength } from './shared-path.ts';

/** What a predicate selects, in English for a person: a line each, indented by two spaces a level. */
export function predicateWords(predicate: Predicate): string {
  return linesOf(predicate).join('\n');
}

/** `eventName is one of "A", "B"`. */
export function conditionWords(condition: Condition): string {
  return `${fieldWords(condition.path)} ${expectedWords(condition)}`;
}

/** `userIdentity.arn`. */
export function fieldWords(path: readonly string[]): string {
  return path.length === 0 ? 'some field' : pathName(path);
}

/** What is expected of the value: `is one of "A", "B"`. */
export function expectedWords({ anyOf }: Condition): string {
  return testsWords(anyOf);
}

function linesOf(predicate: Predicate): string[] {
  if (predicate.kind === 'fields') return fieldsLines(predicate);
  if (predicate.kind === 'not') return under('not:', linesOf(predicate.of));
  const { kind, of } = predicate;
  const [only, ...others] = of;
  if (only === undefined) return [kind === 'all' ? 'any record at all' : 'no record at all'];
  if (others.length === 0) return linesOf(only);
  return under(
    kind === 'all' ? 'all of these:' : 'any of these:',
    of.flatMap((part) => partLines(part, kind)),
  );
}

/** A part of the same kind adds its lines to the list that it is in. */
function partLines(part: Predicate, kind: 'all' | 'any'): string[] {
  const lines = linesOf(part);
  const isSame = kind === 'all' ? lines[0] === 'all of these:' : lines[0] === 'any of these:';
  return isSame ? lines.slice(1).map((line) => line.slice(INDENT.length)) : lines;
}

function fieldsLines({ conditions }: FieldsHold): string[] {
  const lines = conditions.map(conditionWords);
  if (lines.length < 2) return lines;
  const together = sharedPaths(conditions).map(
    (path) => `(in the same element of ${pathName(path)}, if it is a list)`,
  );
  return under('all of these:', [...lines, ...together]);
}

const INDENT = '  ';

function under(heading: string, lines: readonly string[]): string[] {
  const [only, ...others] = lines;
  if (heading === 'not:' && only !== undefined && others.length === 0) return [`not: ${only}`];
  return [heading, ...lines.map((line) => INDENT + line)];
}

/** The deepest paths at which two of the conditions meet, if a list can be there. */
export function sharedPaths(conditions: readonly Condition[]): (readonly string[])[] {
  const shared = new Map<string, readonly string[]>();
  for (const [i, { path }] of conditions.entries()) {
    for (const { path: other } of conditions.slice(i + 1)) {
      const length = sharedLength(path, other);
      const prefix = path.slice(0, length);
      if (length > 0 && !NEVER_A_LIST.has(pathName(prefix))) shared.set(JSON.stringify(prefix), prefix);
    }
  }
  return [...shared.values()];
}

/** Structures of every record that are objects as CloudTrail documents them. */
const NEVER_A_LIST: ReadonlySet<string> = new Set([
  'userIdentity',
  'userIdentity.sessionContext',
  'userIdentity.sessionContext.attributes',
  'userIdentity.sessionContext.sessionIssuer',
  'userIdentity.sessionContext.webIdFederationData',
  'userIdentity.onBehalfOf',
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'serviceEventDetails',
  'tlsDetails',
  'addendum',
]);

function testsWords(tests: readonly ValueTest[]): string {
  const texts = tests.flatMap((test) => (isPlainText(test) ? [quoted(test.value)] : []));
  const others = tests.filter((test) => !isPlainText(test)).map(testWords);
  if (texts.length > 0)
    others.unshift(texts.length === 1 ? `is ${texts[0]}` : `is one of ${texts.join(', ')}`);
  return others.join(', or ');
}

function isPlainText(test: ValueTest): test is Extract<ValueTest, { readonly test: 'equals' }> {
  return test.test === 'equals' && test.ignoreCase !== true;
}

function testWords(test: ValueTest): string {
  const words = plainWords(test);
  return 'ignoreCase' in test && test.ignoreCase ? `${words} (in upper or lower case)` : words;
}

function plainWords(test: ValueTest): string {
  if (test.test === 'wildcard') return wildcardWords(test.pattern);
  if (test.test === 'number') return numberWords(test);
  if (test.test === 'regex') return `matches the regular expression /${test.source}/${test.flags}`;
  if (test.test === 'cidr') return `is an IP address in ${test.text}`;
  if (test.test === 'same-as') return `is the same as ${fieldWords(test.path)}`;
  if (test.test === 'anything-but') return `is present, and not one that ${testsWords(test.tests)}`;
  return 'value' in test ? `${VERBS[test.test]} ${quoted(test.value)}` : VERBS[test.test];
}

const VERBS = {
  equals: 'is',
  prefix: 'starts with',
  suffix: 'ends with',
  exists: 'is present',
  absent: 'is absent',
} as const;

function numberWords({
  low,
  lowOpen,
  high,
  highOpen,
}: Extract<ValueTest, { readonly test: 'number' }>): string {
  if (low !== undefined && low === high) return `is the number ${low}`;
  const bounds = [
    low === undefined ? [] : [`${lowOpen === true ? 'above' : 'at least'} ${low}`],
    high === undefined ? [] : [`${highOpen === true ? 'below' : 'at most'} ${high}`],
  ].flat();
  return ['is a number', ...(bounds.length === 0 ? [] : [bounds.join(' and ')])].join(' ');
}

/** Sigma's modifiers are wildcards too: they read as what they are. */
function wildcardWords(pattern: Wildcard): string {
  const shape = pattern.map((part) => ('literal' in part ? 'x' : part.any === 'text' ? '*' : '?')).join('');
  const literal = pattern.flatMap((part) => ('literal' in part ? [part.literal] : [])).join('');
  if (shape === '*x*') return `contains ${quoted(literal)}`;
  if (shape === 'x*') return `starts with ${quoted(literal)}`;
  if (shape === '*x') return `ends with ${quoted(literal)}`;
  const written = pattern.map((part) => {
    if (!('literal' in part)) return part.any === 'text' ? '*' : '?';
    return part.literal.replaceAll(/[\\*?]/g, String.raw`\$&`);
  });
  return `is like ${quoted(written.join(''))}`;
}

function quoted(value: string | boolean | null): string {
  return JSON.stringify(value);
}
