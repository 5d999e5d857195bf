import type { CompiledRule } from './compiled-rule.ts';
import { fieldText } from './event-facts.ts';
import { compilePredicate } from './match.ts';
import { RecordError } from './record-error.ts';
import type { Predicate } from './predicate.ts';
import { failedConditions, type FailedCondition } from './near-miss.ts';
import { recordViewOfValue, type JsonObject, type RecordView } from './record-view.ts';
import { failedWords } from './rule-words.ts';

/** What came out otherwise than the rule's cases say, each as lines for its author. */
export function failedCases({ definition: { cases }, predicate }: CompiledRule): readonly string[] {
  const matches = compilePredicate(predicate);
  const verdict = (event: unknown): boolean | RecordError => verdictOf(matches, viewOf(event));
  return [
    ...cases.matches.flatMap(({ name, event }) =>
      verdict(event) === true ? [] : [notMatched(name, failuresOf(predicate, viewOf(event)))],
    ),
    ...cases.ignores.flatMap(({ name, event }) =>
      verdict(event) === true ? [`the case "${name}" is to be ignored, and matches`] : [],
    ),
    ...cases.malformed.flatMap(({ name, event }) => {
      const found = verdict(event);
      if (found === false) return [];
      const said = found === true ? 'it matches' : found.message;
      return [`the malformed case "${name}" is to come to "no match": ${said}`];
    }),
  ];
}

/** Whether no matching case has the field, as groups and thresholds look for it. False without such cases. */
export function isInNoCase(field: string, { definition: { cases } }: CompiledRule): boolean {
  const { matches } = cases;
  return (
    matches.length > 0 && matches.every(({ event }) => fieldText(viewOf(event), field.split('.')) === '')
  );
}

function notMatched(name: string, failed: readonly FailedCondition[]): string {
  return [
    `the case "${name}" is to match, and does not:`,
    ...failed.map((one) => `  ${failedWords(one)}`),
  ].join('\n');
}

/** None for a record that no rule can be held against. */
function failuresOf(predicate: Predicate, record: RecordView): readonly FailedCondition[] {
  try {
    return failedConditions(predicate, record).failed;
  } catch (error) {
    if (error instanceof RecordError) return [];
    throw error;
  }
}

function viewOf(event: unknown): RecordView {
  return recordViewOfValue(event as JsonObject);
}

function verdictOf(matches: (record: RecordView) => boolean, record: RecordView): boolean | RecordError {
  try {
    return matches(record);
  } catch (error) {
    if (error instanceof RecordError) return error;
    throw error;
  }
}
