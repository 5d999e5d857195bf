import { finding, type Finding } from '../core/finding.ts';
import {
  decodePlan,
  decodeReceipts,
  encodeDocument,
  LakeFormatError,
  planId,
  type BatchReceipts,
} from '../core/lake-format.ts';
import { parseBatchKey, planKey, receiptsKey, type BatchRef } from '../core/lake-keys.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { differencesOf } from '../core/parquet-differences.ts';
import { sha256Hex } from '../core/sha256.ts';
import { readOr } from './digest-chains.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { carryOut } from './normalise.ts';
import { SourceError, type ObjectStore } from './ports.ts';

export interface BatchPlaces {
  readonly lake: EvidenceStore;
  /** Where the log files lie, if they are at hand: the batch is then carried out again and compared with what is stored. */
  readonly logs: EvidenceStore | undefined;
}

type Stored = BatchReceipts['objects'][number] | BatchReceipts['quarantine'][number];

const READS_AHEAD = 4;
/** Those of them that are the same in every version and however it is called: stricter ones would hide records, others would break this. */
const FIXED_LIMITS = [
  'expansion',
  'expansionFrom',
  'records',
  'unreadableRecords',
  'recordBytes',
  'recordValues',
  'recordDepth',
] as const;
const LEAST_PARTITIONS = 100;
const MOST_BYTES = 2 * 1024 * 1024 * 1024;

/** Undefined, and a finding, for receipts that can't be understood or stand where they don't belong. */
export function* readReceipts(
  key: string,
  stored: Uint8Array,
): Generator<Finding, BatchReceipts | undefined> {
  try {
    const receipts = decodeReceipts(key, stored);
    if (receiptsKey(receipts) === key) return receipts;
    yield finding('receipts-unreadable', key, `they are of ${receiptsKey(receipts)}`);
  } catch (error) {
    if (!(error instanceof LakeFormatError)) throw error;
    yield finding('receipts-unreadable', key, error.message);
  }
  return undefined;
}

/**
 * Holds one batch's receipts to what they are about: the plan, every object in the lake, and where the log files are at hand, what comes
 * out when the plan is carried out once more: every row, column by column. Throws what isn't about this batch.
 */
export async function* verifyBatch(receipts: BatchReceipts, places: BatchPlaces): AsyncGenerator<Finding> {
  const plan = yield* readPlanOf(receipts, places.lake);
  if (plan === undefined || places.logs === undefined) {
    yield* verifyObjects(receipts, places.lake);
    return;
  }
  const again = new SecondRun(receipts, places.lake, plan);
  try {
    const batch = parseBatchKey(receiptsKey(receipts)) ?? receipts;
    await carryOut(batch, { source: readerOf(places.logs), lake: again, now: () => 0 });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    yield finding('batch-not-recomputed', receiptsKey(receipts), error.message, 'notice');
    yield* verifyObjects(receipts, places.lake);
    return;
  }
  yield* again.findings;
  yield* again.untouched();
}

/** The plan as stored; undefined, and a finding, if it isn't the one that was carried out or is none that may be carried out again. */
async function* readPlanOf(
  receipts: BatchReceipts,
  lake: EvidenceStore,
): AsyncGenerator<Finding, Uint8Array | undefined> {
  const key = planKey(receipts);
  const evidence = await readOr(lake, key, 'plan-changed');
  if (evidence === undefined) yield finding('plan-changed', key, 'it is gone');
  else if ('code' in evidence) yield evidence;
  else {
    const id = planId(evidence.bytes);
    const isOther = id !== receipts.plan && `it is ${id}, and its receipts are of ${receipts.plan}`;
    const wrong = isOther || strangeIn(key, evidence.bytes);
    if (wrong === undefined) return evidence.bytes;
    yield finding('plan-changed', key, wrong);
  }
  return undefined;
}

/** What no plan of ours has; limits above all, for they come to bear when it is carried out. */
function strangeIn(key: string, stored: Uint8Array): string | undefined {
  try {
    const plan = decodePlan(key, stored);
    if (planKey(plan) !== key) return `it is of ${planKey(plan)}`;
    const { limits } = plan;
    const fixed = FIXED_LIMITS.find((name) => limits[name] !== DEFAULT_LIMITS[name]);
    if (fixed !== undefined) return `its limit ${fixed} is ${limits[fixed]}, and never was that`;
    if (limits.partitions < LEAST_PARTITIONS) return `its limit partitions is ${limits.partitions}`;
    const { logFileBytes } = limits;
    return logFileBytes > MOST_BYTES ? `its limit logFileBytes is ${logFileBytes}` : undefined;
  } catch (error) {
    if (error instanceof LakeFormatError) return error.message;
    throw error;
  }
}

/** Whether rows by log file are those by object: where a log file is gone, nothing else holds them to each other. */
function isCounted({ logFiles, objects }: BatchReceipts): boolean {
  const left = new Map(objects.map(({ key, rows }) => [key, rows]));
  for (const { object, rows } of logFiles.flatMap((logFile) => logFile.rows)) {
    const known = left.get(object);
    if (known === undefined) return false;
    left.set(object, known - rows);
  }
  return [...left.values()].every((rows) => rows === 0);
}

/** Every object that receipts name, by its hash. */
async function* verifyObjects(receipts: BatchReceipts, lake: EvidenceStore): AsyncGenerator<Finding> {
  if (!isCounted(receipts)) {
    const told = 'their rows by log file are not those by object';
    yield finding('receipts-unreadable', receiptsKey(receipts), told);
  }
  const all: readonly Stored[] = [...receipts.objects, ...receipts.quarantine];
  const check = async (one: Stored): Promise<Finding | undefined> =>
    (await checkObject(one, lake, receipts)).finding;
  for await (const found of mapAhead(all, READS_AHEAD, check)) if (found !== undefined) yield found;
}

async function checkObject(
  { key, sha256 }: Stored,
  lake: EvidenceStore,
  receipts: BatchReceipts,
): Promise<{ readonly finding: Finding | undefined; readonly bytes: Uint8Array | undefined }> {
  const evidence = await readOr(lake, key, 'lake-object-changed');
  const names = `${receiptsKey(receipts)} name it`;
  if (evidence === undefined)
    return { finding: finding('lake-object-missing', key, names), bytes: undefined };
  if ('code' in evidence) return { finding: evidence, bytes: undefined };
  const { bytes } = evidence;
  const actual = sha256Hex(bytes);
  if (actual === sha256) return { finding: undefined, bytes };
  const told = `its receipts have the hash ${sha256}; it is ${actual}`;
  return { finding: finding('lake-object-changed', key, told), bytes };
}

/** The log files as they are now, whichever version the plan means: other bytes are what is looked for. */
function readerOf(logs: EvidenceStore): { read: (key: string) => Promise<Uint8Array> } {
  return {
    read: async (key) => {
      const evidence = await logs.read(key);
      if (evidence === undefined) throw new SourceError('missing', key, 'it is gone');
      return evidence.bytes;
    },
  };
}

/**
 * Of a plan that has no receipts: which of the objects it makes are stored as it makes them. Undefined if it can't be carried out with these
 * log files.
 */
export async function madeBy(
  batch: BatchRef,
  plan: Uint8Array,
  { lake, logs }: { readonly lake: EvidenceStore; readonly logs: EvidenceStore },
): Promise<ReadonlySet<string> | undefined> {
  if (strangeIn(planKey(batch), plan) !== undefined) return undefined;
  const made = new Set<string>();
  const remaking: ObjectStore = {
    get: (key) => Promise.resolve(key === planKey(batch) ? plan : undefined),
    list: async function* () {},
    putIfAbsent: async (key, bytes) => {
      const stored = parseEventsOrQuarantine(key) ? await lake.read(key) : undefined;
      if (stored !== undefined && (await isSameObject(stored.bytes, bytes))) made.add(key);
      return 'stored';
    },
  };
  try {
    await carryOut(batch, { source: readerOf(logs), lake: remaking, now: () => 0 });
    return made;
  } catch (error) {
    if (error instanceof SourceError || error instanceof LakeFormatError) return undefined;
    throw error;
  }
}

async function isSameObject(actual: Uint8Array, expected: Uint8Array): Promise<boolean> {
  if (Buffer.compare(actual, expected) === 0) return true;
  return (await differencesOf(actual, expected)) === undefined;
}

/** Stands in for the lake while a plan is carried out again: holds what would be stored against what is. */
class SecondRun implements ObjectStore {
  readonly findings: Finding[] = [];
  readonly #receipts: BatchReceipts;
  readonly #lake: EvidenceStore;
  readonly #plan: Uint8Array;
  readonly #left: Map<string, Stored>;

  constructor(receipts: BatchReceipts, lake: EvidenceStore, plan: Uint8Array) {
    this.#receipts = receipts;
    this.#lake = lake;
    this.#plan = plan;
    this.#left = new Map([...receipts.objects, ...receipts.quarantine].map((one) => [one.key, one]));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(key === planKey(this.#receipts) ? this.#plan : undefined);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored'> {
    if (key === receiptsKey(this.#receipts)) this.#compareReceipts(decodeReceipts(key, bytes));
    else if (parseEventsOrQuarantine(key)) await this.#compareObject(key, bytes);
    return 'stored';
  }

  async *list(): AsyncGenerator<string> {
    // Carrying out a plan lists nothing.
  }

  /** What receipts name and carrying out the plan doesn't make. */
  async *untouched(): AsyncGenerator<Finding> {
    for (const one of this.#left.values()) {
      const { finding: found } = await checkObject(one, this.#lake, this.#receipts);
      if (found !== undefined) yield found;
    }
  }

  async #compareObject(key: string, bytes: Uint8Array): Promise<void> {
    const named = this.#left.get(key) ?? { key, sha256: 'none, for they do not name it', bytes: 0 };
    this.#left.delete(key);
    const { finding: found, bytes: actual } = await checkObject(named, this.#lake, this.#receipts);
    if (found !== undefined) this.findings.push(found);
    if (actual === undefined || Buffer.compare(actual, bytes) === 0) return;
    // Another Node may compress the same rows to other bytes.
    const differences = await differencesOf(actual, bytes);
    if (differences !== undefined && found === undefined)
      this.findings.push(
        finding('lake-object-changed', key, `its log files give other rows: ${differences}`),
      );
  }

  #compareReceipts(again: BatchReceipts): void {
    if (essenceOf(again) === essenceOf(this.#receipts)) return;
    const stored = new Map(this.#receipts.logFiles.map((one) => [one.key, JSON.stringify(one)]));
    const differing = again.logFiles.find((one) => stored.get(one.key) !== JSON.stringify(one));
    const evidence =
      differing === undefined
        ? 'they name other objects'
        : `for ${differing.key}, whose text has the hash ${differing.sha256 ?? 'none'} now`;
    this.findings.push(finding('receipts-contradict-log-files', receiptsKey(this.#receipts), evidence));
  }
}

function parseEventsOrQuarantine(key: string): boolean {
  return key.startsWith('events/') || key.startsWith('quarantine/');
}

/** What carrying out a plan must make again, whichever Node does it. */
function essenceOf(receipts: BatchReceipts): string {
  const objects = receipts.objects.map(({ key, rows }) => ({ key, rows, bytes: 1, sha256: '' }));
  return Buffer.from(encodeDocument({ ...receipts, objects })).toString();
}
