import { parquetMetadataAsync } from 'hyparquet';
import {
  decodeCompactionPlan,
  decodeCompactionReceipts,
  type CompactionPlan,
  type CompactionReceipts,
  type HeldObject,
} from '../core/compaction-format.ts';
import { finding, type Finding } from '../core/finding.ts';
import { decodeReceipts, LakeFormatError, planId, type BatchReceipts } from '../core/lake-format.ts';
import {
  compactionKey,
  parseBatchKey,
  parseCompactedKey,
  partitionPrefix,
  receiptsKey,
  type GenerationRef,
} from '../core/lake-keys.ts';
import { mergeDeliveries } from '../core/merge-deliveries.ts';
import { inMemory, parquetRows, rowGroupsOf } from '../core/parquet-rows.ts';
import { RowTally } from '../core/row-tally.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { CompactionEvidence } from './compaction-evidence.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { readOr } from './read-evidence.ts';

const READS_AHEAD = 4;

/** Undefined, and a finding, for receipts of a generation that can't be understood or stand where they don't belong. */
export function* readCompactionReceipts(
  key: string,
  stored: Uint8Array,
): Generator<Finding, CompactionReceipts | undefined> {
  try {
    const receipts = decodeCompactionReceipts(key, stored);
    if (compactionKey(receipts, 'receipts') === key) return receipts;
    yield finding('receipts-unreadable', key, `they are of ${compactionKey(receipts, 'receipts')}`);
  } catch (error) {
    if (!(error instanceof LakeFormatError)) throw error;
    yield finding('receipts-unreadable', key, error.message);
  }
  return undefined;
}

/**
 * Holds one generation to what it is about: its plan, its objects by their hashes, that it holds what batches' receipts account for and
 * nothing else, and row by row that it has the very rows of what it was made of. Those of small objects that expired come
 * from log files, where `evidence` was given them. What isn't the newest may be gone. Throws what isn't about this generation.
 */
export async function* verifyCompaction(
  receipts: CompactionReceipts,
  lake: EvidenceStore,
  evidence: CompactionEvidence,
): AsyncGenerator<Finding> {
  const newest = await evidence.newest(receipts.partition);
  const isNewest = (newest?.generation ?? 0) <= receipts.generation;
  const plan = yield* readPlanOf(receipts, lake);
  yield* checkHeld(receipts, plan, lake);
  const check = new GenerationCheck(receipts, lake, evidence, isNewest);
  const made = yield* check.objects();
  if (made === undefined) return;
  yield* check.compare(made, plan);
}

/** The plan as stored; undefined, and a finding, if it isn't the one that was carried out. */
async function* readPlanOf(
  receipts: CompactionReceipts,
  lake: EvidenceStore,
): AsyncGenerator<Finding, CompactionPlan | undefined> {
  const key = compactionKey(receipts, 'plan');
  const stored = await readOr(lake, key, 'plan-changed');
  if (stored === undefined) yield finding('plan-changed', key, 'it is gone');
  else if ('code' in stored) yield stored;
  else {
    const id = planId(stored.bytes);
    const plan = readable(() => decodeCompactionPlan(key, stored.bytes));
    const isOther = id !== receipts.plan && `it is ${id}, and its receipts are of ${receipts.plan}`;
    const wrong = isOther || (plan === undefined ? 'it is no plan' : strangeIn(plan, receipts));
    if (wrong === undefined) return plan;
    yield finding('plan-changed', key, wrong);
  }
  return undefined;
}

/** What no plan of ours has. */
function strangeIn(
  { partition, generation, base }: CompactionPlan,
  receipts: CompactionReceipts,
): string | undefined {
  const own = compactionKey({ partition, generation }, 'plan');
  if (own !== compactionKey(receipts, 'plan')) return `it is ${own}`;
  const before = base?.generation ?? 0;
  return before === generation - 1 ? undefined : `it goes on after generation ${before}`;
}

/** Every small object that it added stands in receipts of a batch, with this hash and as many rows; and it holds no others. */
async function* checkHeld(
  receipts: CompactionReceipts,
  plan: CompactionPlan | undefined,
  lake: EvidenceStore,
): AsyncGenerator<Finding> {
  const key = compactionKey(receipts, 'receipts');
  const told = (object: string, what: string): Finding =>
    finding('compaction-contradicts-receipts', key, `${object} ${what}`);
  yield* checkOwn(receipts, told);
  const base = plan?.base == null ? undefined : await baseOf(receipts, plan.base.generation, lake);
  const before = plan?.base == null ? [] : base?.holds;
  for (const object of base === undefined ? [] : (plan?.base?.objects ?? [])) {
    const isOfBase = base?.objects.some((one) => one.key === object.key && one.sha256 === object.sha256);
    if (isOfBase !== true) yield told(object.key, 'is no object of the generation before it');
  }
  if (plan !== undefined) {
    const expected = [...(before ?? []), ...plan.added].map(idOf).sort().join('\n');
    if (before !== undefined && expected !== receipts.holds.map(idOf).sort().join('\n'))
      yield finding(
        'compaction-contradicts-receipts',
        key,
        'it holds other objects than its plan and the generation before say',
      );
  }
  const known = new Set(before?.map(idOf));
  const added = receipts.holds.filter((held) => !known.has(idOf(held)));
  const byReceipts = Map.groupBy(added, (held) => held.receipts);
  const read = async ([batch, held]: [string, HeldObject[]]): Promise<
    [HeldObject[], BatchReceipts | undefined]
  > => [held, await readBatch(batch, lake)];
  for await (const [held, batch] of mapAhead(byReceipts, READS_AHEAD, read)) {
    const named = new Map(batch?.objects.map((object) => [object.key, object]));
    for (const one of held) {
      const object = named.get(one.key);
      if (object === undefined) yield told(one.key, `is not named by ${one.receipts}`);
      else if (object.sha256 !== one.sha256 || object.rows !== one.rows)
        yield told(one.key, `has another hash or number of rows in ${one.receipts}`);
    }
  }
}

/** What it holds is of its own partition, each object once, and as many rows as its objects have deliveries. */
function* checkOwn(
  { partition, holds, objects }: CompactionReceipts,
  told: (object: string, what: string) => Finding,
): Generator<Finding> {
  const seen = new Set<string>();
  for (const { key } of holds) {
    if (!key.startsWith(partitionPrefix(partition))) yield told(key, 'is of another partition');
    else if (seen.has(key)) yield told(key, 'is held twice');
    seen.add(key);
  }
  const rows = holds.reduce((sum, held) => sum + held.rows, 0);
  const deliveries = objects.reduce((sum, object) => sum + object.deliveries, 0);
  if (rows !== deliveries)
    yield told('what it holds', `has ${rows} rows, and its objects ${deliveries} deliveries`);
}

/** Undefined if the generation can't be read: its own finding. */
async function baseOf(
  { partition }: CompactionReceipts,
  generation: number,
  lake: EvidenceStore,
): Promise<CompactionReceipts | undefined> {
  const key = compactionKey({ partition, generation }, 'receipts');
  const stored = await readOr(lake, key, 'receipts-unreadable');
  if (stored === undefined || 'code' in stored) return undefined;
  return readable(() => decodeCompactionReceipts(key, stored.bytes));
}

/** Undefined for what is no receipts, or those of another batch. */
async function readBatch(key: string, lake: EvidenceStore): Promise<BatchReceipts | undefined> {
  const stored =
    parseBatchKey(key) === undefined ? undefined : await readOr(lake, key, 'receipts-unreadable');
  if (stored === undefined || 'code' in stored) return undefined;
  const receipts = readable(() => decodeReceipts(key, stored.bytes));
  return receipts !== undefined && receiptsKey(receipts) === key ? receipts : undefined;
}

function readable<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof LakeFormatError) return undefined;
    throw error;
  }
}

function idOf({ key, sha256, rows }: HeldObject): string {
  return `${key} ${sha256} ${rows}`;
}

interface Hashed {
  readonly key: string;
  readonly sha256: string;
}

/** One generation's rows, against those it was made of. */
class GenerationCheck {
  readonly #receipts: CompactionReceipts;
  readonly #lake: EvidenceStore;
  readonly #evidence: CompactionEvidence;
  readonly #isNewest: boolean;
  readonly #key: string;

  constructor(
    receipts: CompactionReceipts,
    lake: EvidenceStore,
    evidence: CompactionEvidence,
    isNewest: boolean,
  ) {
    this.#receipts = receipts;
    this.#lake = lake;
    this.#evidence = evidence;
    this.#isNewest = isNewest;
    this.#key = compactionKey(receipts, 'receipts');
  }

  /** The sum of its objects' rows; undefined if they can't be summed up. */
  async *objects(): AsyncGenerator<Finding, RowTally | undefined> {
    const sum = new RowTally(this.#evidence.secret);
    let isWhole = true;
    for (const object of this.#receipts.objects) {
      if (!this.#belongs(object)) {
        yield finding('compaction-contradicts-receipts', this.#key, `${object.key} is no object of it`);
        isWhole = false;
        continue;
      }
      const stored = await readOr(this.#lake, object.key, 'lake-object-changed');
      if (stored === undefined) {
        isWhole = false;
        if (this.#isNewest) yield finding('lake-object-missing', object.key, `${this.#key} name it`);
      } else if ('code' in stored) {
        yield stored;
        isWhole = false;
      } else if (sha256Hex(stored.bytes) !== object.sha256) {
        const told = `its receipts have the hash ${object.sha256}; it is ${sha256Hex(stored.bytes)}`;
        yield finding('lake-object-changed', object.key, told);
        isWhole = false;
      } else {
        const wrong = await addRows(sum, stored.bytes, true);
        if (wrong === undefined) continue;
        if (wrong === 'unreadable')
          yield finding('lake-object-changed', object.key, 'it is no Parquet file of ours');
        else
          yield finding(
            'compaction-contradicts-rows',
            this.#key,
            `${object.key} has an event more than once`,
          );
        isWhole = false;
      }
    }
    if (!isWhole) return undefined;
    const told = this.#receipts.objects.reduce((all, { deliveries }) => all + deliveries, 0);
    if (sum.deliveries === told) return sum;
    yield finding(
      'compaction-contradicts-rows',
      this.#key,
      `they tell of ${told} deliveries; there are ${sum.deliveries}`,
    );
    return undefined;
  }

  #belongs({ key }: Hashed): boolean {
    const found = parseCompactedKey(key);
    const { plan } = this.#receipts;
    return found !== undefined && found.planId === plan && sameGeneration(found, this.#receipts);
  }

  async *compare(made: RowTally, plan: CompactionPlan | undefined): AsyncGenerator<Finding> {
    const from = (await this.#fromHeld()) ?? (plan && (await this.#fromPlan(plan)));
    if (from === undefined) {
      const why = 'objects that it was made of have expired, and their log files are not at hand';
      if (this.#isNewest) yield finding('compaction-not-recomputed', this.#key, why, 'notice');
    } else if (!from.isSame(made)) {
      const told = `it has ${made.deliveries} deliveries and they ${from.deliveries}; or as many, and others`;
      yield finding('compaction-contradicts-rows', this.#key, told);
    }
  }

  /** Of every small object that it holds, as it is stored or was made again; undefined if one is neither. */
  async #fromHeld(): Promise<RowTally | undefined> {
    const { keys, rows } = this.#evidence.remadeOf(this.#receipts.partition);
    const sum = new RowTally(this.#evidence.secret);
    const remade = this.#receipts.holds.filter(({ key }) => keys.has(key));
    // Others of the partition among them would be added with it.
    if (remade.length !== keys.size) return undefined;
    sum.addAll(rows);
    const others = this.#receipts.holds.filter(({ key }) => !keys.has(key));
    return (await this.#addStored(sum, others)) ? sum : undefined;
  }

  /** Of the generation before and the small objects that were added. */
  async #fromPlan({ base, added }: CompactionPlan): Promise<RowTally | undefined> {
    const sum = new RowTally(this.#evidence.secret);
    return (await this.#addStored(sum, [...(base?.objects ?? []), ...added])) ? sum : undefined;
  }

  /** Whether all were there with their hashes. One that has another is a finding of its own receipts. */
  async #addStored(sum: RowTally, objects: readonly Hashed[]): Promise<boolean> {
    for (const { key, sha256 } of objects) {
      const stored = await readOr(this.#lake, key, 'lake-object-changed');
      if (stored === undefined || 'code' in stored || sha256Hex(stored.bytes) !== sha256) return false;
      if ((await addRows(sum, stored.bytes, false)) !== undefined) return false;
    }
    return true;
  }
}

function sameGeneration(a: GenerationRef, b: GenerationRef): boolean {
  return compactionKey(a, 'receipts') === compactionKey(b, 'receipts');
}

/**
 * Adds an object's rows, row group by row group, so that memory holds those of one. Returns what is wrong with it: that it can't be read, whoever
 * made it, or that an event stands in a row group more than once, though `once` each is what it should be.
 */
async function addRows(
  sum: RowTally,
  bytes: Uint8Array,
  once: boolean,
): Promise<'unreadable' | 'doubled' | undefined> {
  try {
    const file = inMemory(bytes);
    const metadata = await parquetMetadataAsync(file);
    for (const { start: from, end: to } of rowGroupsOf(metadata)) {
      const rows = await parquetRows(file, { from, to, metadata });
      if (once && mergeDeliveries(rows).length !== rows.length) return 'doubled';
      sum.add(rows);
    }
    return undefined;
  } catch {
    return 'unreadable';
  }
}
