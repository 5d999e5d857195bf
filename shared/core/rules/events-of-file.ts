import type { Limits } from '../limits.ts';
import type { RecordView } from './record-view.ts';
import { recordViews } from './record-views.ts';
import { recordViewOfRow } from './row-record.ts';

/** What a person has of an event, as records. */
export interface EventsOfFile {
  readonly records: readonly RecordView[];
  /** Pieces that are no records. */
  readonly unreadable: number;
}

/**
 * The records of a log file (gzipped or not), of a single record, of records one a line; of what EventBridge delivers (the record is under
 * `detail`); and of rows of the lake, as `trailseal lookup --json` prints them.
 */
export function eventsOfFile(bytes: Uint8Array, limits: Limits): EventsOfFile {
  const records: RecordView[] = [];
  const views = recordViews(bytes, limits);
  for (;;) {
    const { value, done } = views.next();
    if (done === true) return { records, unreadable: value.records + Number(value.wholeFile) };
    records.push(recordIn(value));
  }
}

function recordIn(view: RecordView): RecordView {
  const { value } = view;
  return 'recordhash' in value && 'logfile' in value ? recordViewOfRow(value) : view;
}
