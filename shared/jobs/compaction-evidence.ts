import { randomBytes } from 'node:crypto';
import { decodeCompactionReceipts, type CompactionReceipts } from '../core/compaction-format.ts';
import { understood } from '../core/lake-format.ts';
import { compactionKey, parseEventsKey, partitionPrefix, type Partition } from '../core/lake-keys.ts';
import { inMemory, packedGroups } from '../core/parquet-rows.ts';
import { RowTally } from '../core/row-tally.ts';
import type { EvidenceStore } from './evidence.ts';
import { generationsOf } from './generations.ts';
import { readOr } from './read-evidence.ts';

/** Newest generations remembered: batches of a day ask for the same few. */
const REMEMBERED = 64;

/** Rows of small objects that expired, as their log files gave them once more. */
interface Remade {
  readonly keys: Set<string>;
  readonly rows: RowTally;
}

/**
 * What generations say of small objects: one that expired is no loss where a generation holds its rows. Those that log files are at hand for
 * are made once more, and their rows kept as a sum, to be held against the generation's.
 */
export class CompactionEvidence {
  /** Whoever knew it could choose rows whose sums agree. */
  readonly secret = new Uint8Array(randomBytes(32));
  readonly #lake: EvidenceStore;
  readonly #newest = new Map<string, Promise<CompactionReceipts | undefined>>();
  /** By the partition's prefix. */
  readonly #remade = new Map<string, Remade>();

  constructor(lake: EvidenceStore) {
    this.#lake = lake;
  }

  /** Whether the newest generation of its partition holds this small object, with this hash. */
  async holds({ key, sha256 }: { readonly key: string; readonly sha256: string }): Promise<boolean> {
    const partition = parseEventsKey(key)?.partition;
    if (partition === undefined) return false;
    const newest = await this.newest(partition);
    return newest?.holds.some((held) => held.key === key && held.sha256 === sha256) === true;
  }

  /** Receipts of the partition's newest generation; undefined if there is none, or none that can be understood, which is a finding elsewhere. */
  async newest(partition: Partition): Promise<CompactionReceipts | undefined> {
    const id = partitionPrefix(partition);
    const known = this.#newest.get(id) ?? this.#readNewest(partition);
    this.#newest.delete(id);
    this.#newest.set(id, known);
    const [oldest] = this.#newest.keys();
    if (this.#newest.size > REMEMBERED && oldest !== undefined) this.#newest.delete(oldest);
    return await known;
  }

  /** A small object that is gone, made once more from its log files. */
  async remade(key: string, bytes: Uint8Array): Promise<void> {
    const partition = parseEventsKey(key)?.partition;
    if (partition === undefined) return;
    const id = partitionPrefix(partition);
    const remade = this.#remade.get(id) ?? { keys: new Set(), rows: new RowTally(this.secret) };
    this.#remade.set(id, remade);
    if (remade.keys.has(key)) return;
    remade.keys.add(key);
    for await (const group of packedGroups(inMemory(bytes))) remade.rows.add(group);
  }

  remadeOf(partition: Partition): Remade {
    const none = { keys: new Set<string>(), rows: new RowTally(this.secret) };
    return this.#remade.get(partitionPrefix(partition)) ?? none;
  }

  async #readNewest(partition: Partition): Promise<CompactionReceipts | undefined> {
    const { newest } = await generationsOf(this.#lake, partition);
    if (newest === 0) return undefined;
    const key = compactionKey({ partition, generation: newest }, 'receipts');
    const evidence = await readOr(this.#lake, key, 'receipts-unreadable');
    if (evidence === undefined || 'code' in evidence) return undefined;
    return understood(() => decodeCompactionReceipts(key, evidence.bytes));
  }
}
