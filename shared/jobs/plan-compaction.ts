import {
  LAYOUT_VERSION,
  type CompactionPlan,
  type CompactionReceipts,
  type HeldObject,
  type PlannedInput,
} from '../core/compaction-format.ts';
import { LAYOUT } from '../core/compacted-file.ts';
import { SecondCounts, weightOf } from '../core/compaction-slices.ts';
import type { Partition } from '../core/lake-keys.ts';
import { streamOf } from '../core/log-file-key.ts';
import { inMemory, parquetRows } from '../core/parquet-rows.ts';
import type { Struct } from '../core/record-row.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';
import type { ReceiptsOfObjects } from './receipts-of-objects.ts';
import { readInput } from './slice-reader.ts';

/** How large the pieces are that a generation is made of. */
export interface CompactionSizes {
  /** Rows of a slice, which becomes a row group: they are in memory together. */
  readonly sliceRows: number;
  /** An object's bytes are in memory until it is stored. */
  readonly slicesPerObject: number;
}

/** What docs/layout.md measured best for a row group; a quarter of a million rows are some 30 MB, and never more than may be read back. */
export const DEFAULT_SIZES: CompactionSizes = { sliceRows: LAYOUT.rowGroupRows, slicesPerObject: 12 };

const READS_AHEAD = 4;

/** Objects of a partition that no receipts account for: it can't be told whether they belong to the trail. */
export class UnaccountedObjectsError extends Error {
  readonly keys: readonly string[];

  constructor(keys: readonly string[]) {
    super(
      `no receipts name ${keys[0] ?? ''}${keys.length > 1 ? ` and ${keys.length - 1} more` : ''}: a batch is still under way or was cut off ` +
        '(ingest its log files again), or somebody else put them there (trailseal verify). They are compacted when that is settled, and so is their partition if it has not been yet',
    );
    this.name = 'UnaccountedObjectsError';
    this.keys = keys;
  }
}

export interface PlanPorts {
  readonly lake: Pick<ObjectStore, 'get'>;
  readonly receipts: ReceiptsOfObjects;
}

/**
 * Plans the generation after `newest` (undefined for the first) of a partition, which adds the small objects `keys`. Reads the times of all
 * rows, to cut them into slices. What no receipts vouch for must not get into a generation: the first one throws `UnaccountedObjectsError`, because
 * what it leaves out would not be seen any more, and a later one where nothing else is to be added. Throws `CompactionInputError`.
 */
export async function planCompaction(
  partition: Partition,
  newest: CompactionReceipts | undefined,
  keys: readonly string[],
  sizes: CompactionSizes,
  { lake, receipts }: PlanPorts,
): Promise<CompactionPlan> {
  const found = mapAhead(
    keys,
    READS_AHEAD,
    async (key) => await accountedFor(key, partition, { lake, receipts }),
  );
  const held: HeldObject[] = [];
  const unaccounted: string[] = [];
  for await (const { key, object } of found) {
    if (object === undefined) unaccounted.push(key);
    else held.push(object);
  }
  if (unaccounted.length > 0 && (newest === undefined || held.length === 0))
    throw new UnaccountedObjectsError(unaccounted);
  const seconds = new SecondCounts();
  const base: PlannedInput[] = [];
  for await (const { input } of mapAhead(
    newest?.objects ?? [],
    READS_AHEAD,
    async (one) => await timed(one, lake, seconds),
  ))
    base.push(input);
  const added: CompactionPlan['added'] = [];
  for await (const { one, input } of mapAhead(
    held,
    READS_AHEAD,
    async (one) => await timed(one, lake, seconds),
  )) {
    const { key, sha256, rows, receipts: by } = one;
    added.push({ key, sha256, rows, receipts: by, from: input.from, to: input.to });
  }
  return {
    format: 1,
    partition,
    generation: (newest?.generation ?? 0) + 1,
    layout: LAYOUT_VERSION,
    base: newest === undefined ? null : { generation: newest.generation, objects: base },
    added: added.sort((a, b) => (a.key < b.key ? -1 : 1)),
    slices: seconds.slices(sizes.sliceRows),
    slicesPerObject: sizes.slicesPerObject,
  };
}

async function accountedFor(
  key: string,
  { account, region, year, month, day }: Partition,
  { lake, receipts }: PlanPorts,
): Promise<{ readonly key: string; readonly object: HeldObject | undefined }> {
  // Where most are. An object of other streams says itself which.
  const usual = `${account}/CloudTrail/${region}/${year}/${month}/${day}`;
  const object = (await receipts.find(usual, key)) ?? (await findByRows(key, { lake, receipts }));
  return { key, object };
}

async function findByRows(key: string, { lake, receipts }: PlanPorts): Promise<HeldObject | undefined> {
  const bytes = await lake.get(key);
  if (bytes === undefined) return undefined;
  const rows = await readable(bytes, ['logfile']);
  for (const { logfile } of rows.slice(0, 1)) {
    if (typeof logfile === 'string') return await receipts.find(streamOf(logfile), key);
  }
  return undefined;
}

/** Nothing, of what is no Parquet file of ours: no receipts name it. */
async function readable(bytes: Uint8Array, columns: readonly string[]): Promise<readonly Struct[]> {
  try {
    return await parquetRows(inMemory(bytes), { columns });
  } catch {
    return [];
  }
}

async function timed<T extends { readonly key: string; readonly sha256: string }>(
  one: T,
  lake: Pick<ObjectStore, 'get'>,
  seconds: SecondCounts,
): Promise<{ readonly one: T; readonly input: PlannedInput }> {
  const { key, sha256 } = one;
  const file = inMemory(await readInput(lake, { key, sha256 }));
  const rows = await parquetRows(file, { columns: ['event_ts'] });
  const weight = weightOf({ bytes: file.byteLength, rows: rows.length });
  let [from, to] = [Infinity, -Infinity];
  for (const { event_ts: time } of rows) {
    if (typeof time !== 'number') continue;
    seconds.add(time, weight);
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return { one, input: { key, sha256, from, to } };
}
