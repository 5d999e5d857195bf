import type { CompiledRule, Suppression } from './compiled-rule.ts';
import { RecordError } from './record-error.ts';
import type { RecordView } from './record-view.ts';

/**
 * The first suppression that takes the event out. `time`, of the event: milliseconds since 1970. One that can't be held against the event (`RecordError`)
 * takes nothing out, or whoever can write such an event could keep it from people.
 */
export function suppressionOf(rule: CompiledRule, record: RecordView, time: number): Suppression | undefined {
  return rule.suppressions.find((suppression) => time < suppression.until && holds(suppression, record));
}

function holds({ matches }: Suppression, record: RecordView): boolean {
  try {
    return matches(record);
  } catch (error) {
    if (error instanceof RecordError) return false;
    throw error;
  }
}
