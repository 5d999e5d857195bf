import { sha256Hex } from '../sha256.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { fieldText } from './event-facts.ts';
import type { RecordView } from './record-view.ts';

/**
 * Events of one rule that are one alert: those with the same values in the rule's fields, in one window. Windows stand still (a window of an hour
 * starts on the hour, by the events' own time), so that whoever meets an event, however late and in whatever order, puts it into the same group.
 */
export interface AlertGroup {
  readonly rule: string;
  /** Milliseconds since 1970: the first moment of the window, and the first after it. */
  readonly from: number;
  readonly until: number;
  /** The fields that events of the group have in common, and what stands in them. */
  readonly by: Readonly<Record<string, string>>;
  /** Of the values and of what they are values of, for names. */
  readonly hash: string;
}

/** Longer values are told apart by their hash, and shown cut. */
const SHOWN = 500;

export function groupOf(rule: CompiledRule, record: RecordView, time: number): AlertGroup {
  const { id, group, threshold } = rule.definition;
  const from = Math.floor(time / rule.windowMs) * rule.windowMs;
  const values = group.by.map((field) => fieldText(record, field.split('.')));
  return {
    rule: id,
    from,
    until: from + rule.windowMs,
    by: Object.fromEntries(group.by.map((field, i) => [field, shownValue(values[i] ?? '')])),
    // What is grouped otherwise, since the rule was changed, is another group.
    hash: sha256Hex(
      Buffer.from(JSON.stringify([group.window, group.by, threshold?.distinct ?? '', values])),
    ).slice(0, 20),
  };
}

/** What stands in a field that groups go by, for people. */
export function shownValue(value: string): string {
  return value.length > SHOWN ? `${value.slice(0, SHOWN).toWellFormed()}…` : value;
}
