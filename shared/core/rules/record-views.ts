import { isUtf8 } from 'node:buffer';
import { recordText, type FoundRecord, type RecordText } from '../found-record.ts';
import type { Limits } from '../limits.ts';
import { logFileText, refusal } from '../normalise-log-file.ts';
import { unwrapEnvelope } from '../record-row.ts';
import { DigestFileFound, findRecords } from '../records.ts';
import { UnreadableLogFile } from '../unreadable.ts';
import type { JsonObject, RecordView } from './record-view.ts';

/** What was not matched, because the lake quarantines it: its name there says why. */
export interface NotMatched {
  /** Pieces of the log file that are no records, and records beyond a limit. */
  readonly records: number;
  /** Whether none of the log file could be read. */
  readonly wholeFile: boolean;
}

/**
 * Yields the records of a log file as stored (gzipped or not): those that become rows of the lake, and those that only lack a time for that. Returns what
 * couldn't be matched. Never throws for bad input.
 */
export function* recordViews(stored: Uint8Array, limits: Limits): Generator<RecordView, NotMatched> {
  let records = 0;
  try {
    const text = logFileText(stored, limits);
    const allUtf8 = isUtf8(text);
    for (const found of findRecords(text, limits)) {
      const record = found.kind === 'record' ? matchable(text, found, allUtf8, limits) : undefined;
      if (record === undefined) records += 1;
      else yield viewOf(record);
    }
  } catch (error) {
    if (error instanceof DigestFileFound) return { records, wholeFile: false };
    if (!(error instanceof UnreadableLogFile)) throw error;
    return { records, wholeFile: true };
  }
  return { records, wholeFile: false };
}

/** The record's text, unless a limit keeps it out of the lake. */
function matchable(
  text: Buffer,
  found: FoundRecord,
  allUtf8: boolean,
  limits: Limits,
): RecordText | undefined {
  const record = recordText(found, text);
  const own = record.text.subarray(record.start, record.end);
  return refusal(own, found.depth, allUtf8, limits) === undefined ? record : undefined;
}

function viewOf(record: RecordText): RecordView {
  const { text } = record;
  const { start, end, members } = unwrapEnvelope(text, record);
  return {
    value: JSON.parse(text.toString('utf8', start, end)) as JsonObject,
    fieldText: (name) => {
      // Of two fields of one name the last counts, as for the lake and for JSON.parse.
      const member = members.findLast(({ key }) => key === name);
      return member === undefined ? undefined : text.toString('utf8', member.start, member.end);
    },
  };
}
