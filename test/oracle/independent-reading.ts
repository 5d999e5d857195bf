/**
 * A second reading of a log file, written from docs/lake.md alone: `JSON.parse`, one regular expression and no
 * hurry. What the fast path writes is compared with it, so it must share nothing with the fast path, least of all
 * its author's assumptions. Well-formed input only: hostile bytes have tests of their own.
 */

import { createHash } from 'node:crypto';
import { cellsOfStruct, type Cell, type Findings } from './cells-of-struct.ts';
import { AGGREGATED_RECORD_FIELDS, RECORD_FIELDS } from './documented-fields.ts';
import { instantOfText } from './instant-of-text.ts';
import { memberOf, type JsonNode } from './json-source.ts';
import { partitionOfRow, type Partition } from './partition-of-row.ts';
import { recordsOfLogFile } from './records-of-log-file.ts';
import { unmappedText } from './unmapped-text.ts';

export interface IndependentRow {
  readonly partition: Partition;
  /** Every column of `columns.ts`: structs and maps as objects, timestamps as epoch ms, binary as lower-case hex. */
  readonly columns: Readonly<Record<string, Cell>>;
}

/**
 * The rows a log file must become, in its order; `key` is the log file's. A record that belongs in quarantine (no
 * object, or no readable time) has no row but keeps its place in the count. Throws where the file is not well formed.
 */
export function readLogFileIndependently(key: string, bytes: Uint8Array): IndependentRow[] {
  return recordsOfLogFile(bytes).flatMap((record, index) => rowOf(record, key, index) ?? []);
}

function rowOf(record: JsonNode, key: string, recordindex: number): IndependentRow | undefined {
  if (record.kind !== 'object') return undefined;
  const instant = instantOfRecord(record);
  if (instant === null) return undefined;
  const columns = {
    ...columnsOfRecord(record),
    event_ts: instant,
    logfile: key,
    recordindex,
    recordhash: createHash('sha256').update(record.source).digest('hex').slice(0, 32),
  };
  return { partition: partitionOfRow(columns, key, instant), columns };
}

function columnsOfRecord(record: JsonNode & { readonly kind: 'object' }): Record<string, Cell> {
  const fields = isAggregated(record) ? AGGREGATED_RECORD_FIELDS : RECORD_FIELDS;
  const found: Findings = { columns: noExtraColumns(), leftovers: [] };
  const cells = cellsOfStruct(record.members, fields, '', found);
  return { ...cells, ...found.columns, unmapped: unmappedText(found.leftovers) };
}

/** The columns that rule 4 takes out of structs, NULL unless the record has them. */
function noExtraColumns(): Record<string, Cell> {
  return {
    identityprovider: null,
    credentialid: null,
    inscopeof: null,
    invokedbydelegate: null,
    sourceidentity: null,
    assumedroot: null,
    keyexchange: null,
  };
}

function isAggregated(record: JsonNode): boolean {
  return (memberOf(record, 'timeWindow')?.kind ?? 'null') !== 'null';
}

function instantOfRecord(record: JsonNode): number | null {
  const eventTime = memberOf(record, 'eventTime');
  const hasNone = (eventTime?.kind ?? 'null') === 'null';
  const time = hasNone ? memberOf(memberOf(record, 'timeWindow'), 'windowStart') : eventTime;
  return time?.kind === 'text' ? instantOfText(time.text) : null;
}
