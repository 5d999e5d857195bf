import { CompactedFile } from '../core/compacted-file.ts';
import {
  encodeCompaction,
  type CompactionPlan,
  type CompactionReceipts,
  type HeldObject,
  type Slice,
} from '../core/compaction-format.ts';
import { inChunks } from '../core/in-chunks.ts';
import { compactedKey, compactionKey, sealingKey, type GenerationRef } from '../core/lake-keys.ts';
import { deliveriesOf } from '../core/merge-deliveries.ts';
import { inMemory, parquetRows } from '../core/parquet-rows.ts';
import { sha256Hex } from '../core/sha256.ts';
import { SliceEvents } from '../core/slice-events.ts';
import { readCompaction } from './generations.ts';
import { OutOfTimeError } from './out-of-time.ts';
import type { ObjectStore } from './ports.ts';
import { putSame } from './put-same.ts';
import { SliceReader } from './slice-reader.ts';

export interface CarryOutPorts {
  readonly lake: ObjectStore;
  /** Milliseconds since 1970: says by when the receipts have to be sealed, and nothing else. */
  readonly now: () => number;
  /** Whether there is time for another object. */
  readonly hasTime?: (() => boolean) | undefined;
}

/** Rows came out that didn't go in, or the other way round: nothing is committed. */
export class CompactionCountError extends Error {
  constructor(key: string, deliveries: number, expected: number) {
    super(
      `${key}: ${deliveries} deliveries came out of ${expected} that went in. Nothing was changed; please report it, with the plan`,
    );
    this.name = 'CompactionCountError';
  }
}

type CompactedObject = CompactionReceipts['objects'][number];

/**
 * Carries out a compaction's plan: its objects, then the receipts that make them a generation. The plan fixes every key and byte, so
 * running it again, after a crash or beside another run, changes nothing; objects that are stored already are not made again. Throws
 * `CompactionInputError`, `CompactionCountError`, `OutOfTimeError`, and what the lake throws; nothing is committed then.
 */
export async function carryOutCompaction(
  plan: CompactionPlan,
  id: string,
  ports: CarryOutPorts,
): Promise<CompactionReceipts> {
  const { lake, now } = ports;
  const { partition, generation } = plan;
  const before = await holdsBefore(plan, lake);
  const objects: CompactedObject[] = [];
  for await (const object of objectsOf(plan, id, ports)) objects.push(object);
  const holds = [...before.holds, ...plan.added.map(held)].sort((a, b) => (a.key < b.key ? -1 : 1));
  const receipts: CompactionReceipts = { format: 1, partition, generation, plan: id, objects, holds };
  const key = compactionKey(plan, 'receipts');
  refuseOtherCount(key, objects, before.deliveries + sum(plan.added.map(({ rows }) => rows)));
  // First: receipts that nobody was told of would never be sealed.
  await lake.putIfAbsent(sealingKey(now(), key), new Uint8Array());
  await putSame(lake, key, encodeCompaction(receipts));
  return receipts;
}

async function* objectsOf(
  plan: CompactionPlan,
  id: string,
  { lake, hasTime }: CarryOutPorts,
): AsyncGenerator<CompactedObject> {
  const reader = new SliceReader(lake, [...(plan.base?.objects ?? []), ...plan.added]);
  for (const [i, slices] of inChunks(plan.slices, plan.slicesPerObject).entries()) {
    const key = compactedKey(plan, id, i + 1);
    const stored = await lake.get(key);
    if (stored === undefined && hasTime?.() === false)
      throw new OutOfTimeError('the next run goes on from here');
    const object =
      stored === undefined ? await makeObject(key, slices, reader, lake) : await tell(key, stored);
    if (object !== undefined) yield object;
  }
}

/** Undefined if the slices hold no rows. */
async function makeObject(
  key: string,
  slices: readonly Slice[],
  reader: SliceReader,
  lake: ObjectStore,
): Promise<CompactedObject | undefined> {
  const file = new CompactedFile();
  const count = { rows: 0, deliveries: 0 };
  for (const slice of slices) {
    const events = new SliceEvents(await reader.rowsIn(slice));
    if (events.count === 0) continue;
    file.addSlice(events);
    count.rows += events.count;
    count.deliveries += events.deliveries;
  }
  if (count.rows === 0) return undefined;
  const bytes = file.finish();
  await putSame(lake, key, bytes);
  return { key, bytes: bytes.length, sha256: sha256Hex(bytes), ...count };
}

/** An object that an earlier run of this plan stored: no other plan has this key. */
async function tell(key: string, bytes: Uint8Array): Promise<CompactedObject> {
  const rows = await parquetRows(inMemory(bytes), { columns: ['otherdeliveries'] });
  const deliveries = sum(rows.map((row) => deliveriesOf(row).length));
  return { key, bytes: bytes.length, sha256: sha256Hex(bytes), rows: rows.length, deliveries };
}

interface Before {
  readonly holds: readonly HeldObject[];
  readonly deliveries: number;
}

async function holdsBefore({ partition, base }: CompactionPlan, lake: ObjectStore): Promise<Before> {
  if (base === null) return { holds: [], deliveries: 0 };
  const one: GenerationRef = { partition, generation: base.generation };
  const receipts = await readCompaction(lake, one);
  if (receipts === undefined) throw new NoSuchGenerationError(compactionKey(one, 'receipts'));
  return { holds: receipts.holds, deliveries: sum(receipts.objects.map(({ deliveries }) => deliveries)) };
}

/** A plan goes on after a generation that isn't there. */
export class NoSuchGenerationError extends Error {
  constructor(key: string) {
    super(`${key} is gone from the lake: get its earlier version`);
    this.name = 'NoSuchGenerationError';
  }
}

function held({ key, sha256, rows, receipts }: HeldObject): HeldObject {
  return { key, sha256, rows, receipts };
}

function refuseOtherCount(key: string, objects: readonly CompactedObject[], expected: number): void {
  const deliveries = sum(objects.map((object) => object.deliveries));
  if (deliveries !== expected) throw new CompactionCountError(key, deliveries, expected);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
