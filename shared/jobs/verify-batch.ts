import { finding, type Finding } from '../core/finding.ts';
import {
  decodeReceipts,
  encodeDocument,
  LakeFormatError,
  planId,
  type BatchReceipts,
} from '../core/lake-format.ts';
import { planKey, receiptsKey } from '../core/lake-keys.ts';
import { differencesOf } from '../core/parquet-differences.ts';
import { strangeIn } from '../core/plan-checks.ts';
import { sha256Hex } from '../core/sha256.ts';
import { carryOutAgain, isMade } from './carry-out-again.ts';
import type { CompactionEvidence } from './compaction-evidence.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { SourceError } from './ports.ts';
import { readOr } from './read-evidence.ts';

export interface BatchPlaces {
  readonly lake: EvidenceStore;
  /** Where the log files lie, if they are at hand: the batch is then carried out again and compared with what is stored. */
  readonly logs: EvidenceStore | undefined;
  /** Which generations hold small objects that have expired; undefined: none may be missing. */
  readonly compactions?: CompactionEvidence | undefined;
}

type Stored = BatchReceipts['objects'][number] | BatchReceipts['quarantine'][number];

const READS_AHEAD = 4;
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
    yield* verifyObjects(receipts, places);
    return;
  }
  const again = new SecondRun(receipts, places);
  try {
    await carryOutAgain(receipts, plan, places.logs, async (key, bytes) => {
      await again.put(key, bytes);
    });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    yield finding('batch-not-recomputed', receiptsKey(receipts), error.message, 'notice');
    yield* verifyObjects(receipts, places);
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
async function* verifyObjects(receipts: BatchReceipts, places: BatchPlaces): AsyncGenerator<Finding> {
  if (!isCounted(receipts)) {
    const told = 'their rows by log file are not those by object';
    yield finding('receipts-unreadable', receiptsKey(receipts), told);
  }
  const all: readonly Stored[] = [...receipts.objects, ...receipts.quarantine];
  const check = async (one: Stored): Promise<Finding | undefined> =>
    (await checkObject(one, places, receipts)).finding;
  for await (const found of mapAhead(all, READS_AHEAD, check)) if (found !== undefined) yield found;
}

async function checkObject(
  { key, sha256 }: Stored,
  { lake, compactions }: BatchPlaces,
  receipts: BatchReceipts,
): Promise<{
  readonly finding: Finding | undefined;
  readonly bytes: Uint8Array | undefined;
  /** It has expired, and a generation holds its rows. */
  readonly expired?: true;
}> {
  const evidence = await readOr(lake, key, 'lake-object-changed');
  if (evidence === undefined) {
    if ((await compactions?.holds({ key, sha256 })) === true)
      return { finding: undefined, bytes: undefined, expired: true };
    const names = `${receiptsKey(receipts)} name it`;
    return { finding: finding('lake-object-missing', key, names), bytes: undefined };
  }
  if ('code' in evidence) return { finding: evidence, bytes: undefined };
  const { bytes } = evidence;
  const actual = sha256Hex(bytes);
  if (actual === sha256) return { finding: undefined, bytes };
  const told = `its receipts have the hash ${sha256}; it is ${actual}`;
  return { finding: finding('lake-object-changed', key, told), bytes };
}

/** Holds what carrying out a plan again would store against what is stored. */
class SecondRun {
  readonly findings: Finding[] = [];
  readonly #receipts: BatchReceipts;
  readonly #places: BatchPlaces;
  readonly #left: Map<string, Stored>;

  constructor(receipts: BatchReceipts, places: BatchPlaces) {
    this.#receipts = receipts;
    this.#places = places;
    this.#left = new Map([...receipts.objects, ...receipts.quarantine].map((one) => [one.key, one]));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    if (key === receiptsKey(this.#receipts)) this.#compareReceipts(decodeReceipts(key, bytes));
    else if (isMade(key)) await this.#compareObject(key, bytes);
  }

  /** What receipts name and carrying out the plan doesn't make. */
  async *untouched(): AsyncGenerator<Finding> {
    for (const one of this.#left.values()) {
      const { finding: found } = await checkObject(one, this.#places, this.#receipts);
      if (found !== undefined) yield found;
    }
  }

  async #compareObject(key: string, bytes: Uint8Array): Promise<void> {
    const named = this.#left.get(key) ?? { key, sha256: 'none, for they do not name it', bytes: 0 };
    this.#left.delete(key);
    const { finding: found, bytes: actual, expired } = await checkObject(named, this.#places, this.#receipts);
    if (found !== undefined) this.findings.push(found);
    if (expired === true) await this.#places.compactions?.remade(key, bytes);
    if (found !== undefined || actual === undefined || Buffer.compare(actual, bytes) === 0) return;
    // Another Node may compress the same rows to other bytes.
    const differences = await differencesOf(actual, bytes);
    if (differences !== undefined)
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

/** What carrying out a plan must make again, whichever Node does it. */
function essenceOf(receipts: BatchReceipts): string {
  const objects = receipts.objects.map(({ key, rows }) => ({ key, rows, bytes: 1, sha256: '' }));
  return Buffer.from(encodeDocument({ ...receipts, objects })).toString();
}
