import { eventsKey, partitionPrefix } from '../../shared/core/lake-keys.ts';
import type { Limits } from '../../shared/core/limits.ts';
import {
  isRow,
  normaliseLogFile,
  type LogFileOutcome,
  type UnreadableRecord,
} from '../../shared/core/normalise-log-file.ts';
import type { PartColumns } from '../../shared/core/columnar/part-columns.ts';
import type { Row } from '../../shared/core/record-row.ts';
import { referenceObject } from './reference-object.ts';

/** All that comes of some log files, by the engine or by the reference. */
export interface Parts {
  readonly outcomes: readonly LogFileOutcome[];
  readonly unreadable: readonly UnreadableRecord[];
  /** By key, in the order of writing. */
  readonly objects: ReadonlyMap<
    string,
    { readonly bytes: Uint8Array; readonly rowsOf: ReadonlyMap<number, number> }
  >;
  /** Of each log file, its oldest and newest event. */
  readonly spans: readonly (readonly [number, number])[];
}

export interface LogFile {
  readonly key: string;
  readonly stored: Uint8Array;
}

const PLAN = '0123456789abcdef0123';

/** Row by row, and the objects by hyparquet-writer. */
export function partsByReference(files: readonly LogFile[], limits: Limits, partWeight: number): Parts {
  const outcomes: LogFileOutcome[] = [];
  const unreadable: UnreadableRecord[] = [];
  const objects = new Map<string, { bytes: Uint8Array; rowsOf: Map<number, number> }>();
  const spans: [number, number][] = [];
  let waiting = new Map<string, { row: Row; position: number }[]>();
  let weight = 0;
  let part = 1;
  const flush = (): void => {
    for (const rows of waiting.values()) {
      const [first] = rows;
      if (first === undefined) continue;
      const sorted = rows.toSorted((a, b) => a.row.time - b.row.time);
      const rowsOf = new Map<number, number>();
      for (const { position } of sorted) rowsOf.set(position, (rowsOf.get(position) ?? 0) + 1);
      const bytes = referenceObject(sorted.map(({ row }) => row));
      objects.set(eventsKey(first.row.partition, PLAN, part), { bytes, rowsOf });
    }
    waiting = new Map();
    weight = 0;
    part += 1;
  };
  for (const [position, { key, stored }] of files.entries()) {
    const span: [number, number] = [Infinity, -Infinity];
    const items = normaliseLogFile(key, stored, limits);
    let item = items.next();
    for (; item.done !== true; item = items.next()) {
      if (!isRow(item.value)) {
        unreadable.push(item.value);
        continue;
      }
      const { row, weight: own } = item.value;
      const prefix = partitionPrefix(row.partition);
      const rows = waiting.get(prefix);
      if (rows === undefined) waiting.set(prefix, [{ row, position }]);
      else rows.push({ row, position });
      span[0] = Math.min(span[0], row.time);
      span[1] = Math.max(span[1], row.time);
      weight += own;
      if (weight >= partWeight) flush();
    }
    outcomes.push(item.value);
    spans.push(span);
  }
  flush();
  return { outcomes, unreadable, objects, spans };
}

/** By the engine; `columns` has been made for parts of the same weight. */
export async function partsByEngine(
  files: readonly LogFile[],
  limits: Limits,
  columns: PartColumns,
): Promise<Parts> {
  const outcomes: LogFileOutcome[] = [];
  const unreadable: UnreadableRecord[] = [];
  const objects = new Map<string, { bytes: Uint8Array; rowsOf: ReadonlyMap<number, number> }>();
  const spans: [number, number][] = [];
  let part = 1;
  const flush = (): void => {
    for (const { partition, bytes, rowsOf } of columns.take()) {
      objects.set(eventsKey(partition, PLAN, part), { bytes, rowsOf });
    }
    part += 1;
  };
  for (const [position, { key, stored }] of files.entries()) {
    const items = columns.read(key, stored, limits, position);
    let item = await items.next();
    for (; item.done !== true; item = await items.next()) {
      if (item.value === 'full') flush();
      else unreadable.push(item.value);
    }
    outcomes.push(item.value.outcome);
    spans.push([item.value.oldest, item.value.newest]);
  }
  flush();
  return { outcomes, unreadable, objects, spans };
}
