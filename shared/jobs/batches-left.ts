import { encodeCompaction, type CompactionReceipts } from '../core/compaction-format.ts';
import { finding, type Finding } from '../core/finding.ts';
import { encodeDocument, type BatchReceipts } from '../core/lake-format.ts';
import { compactionKey, parseCompactionKey, receiptsKey } from '../core/lake-keys.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { Verification } from '../core/verification-format.ts';
import { CompactionEvidence } from './compaction-evidence.ts';
import type { EvidenceStore } from './evidence.ts';
import { readOr } from './read-evidence.ts';
import { readReceipts, verifyBatch } from './verify-batch.ts';
import { readCompactionReceipts, verifyCompaction } from './verify-compaction.ts';
import type { VerifyCounts } from './verify.ts';

type Left = Verification['batchesLeft'][number];

interface Places {
  readonly logs: EvidenceStore;
  readonly lake: EvidenceStore;
  readonly hasTime: () => boolean;
}

/**
 * Batches and generations of a verified digest of ours that there was no time to carry out again. A digest of 50,000 log files may take longer than a
 * function runs: were it all or nothing, verification would never get past it.
 */
export class BatchesLeft {
  readonly #places: Places & { readonly compactions: CompactionEvidence };
  #left: Left[];

  constructor(places: Places, left: readonly Left[] = []) {
    this.#places = { ...places, compactions: new CompactionEvidence(places.lake) };
    this.#left = [...left];
  }

  get isEmpty(): boolean {
    return this.#left.length === 0;
  }

  state(): Left[] {
    return [...this.#left];
  }

  /** What earlier runs left, as far as there is time. */
  async *verify(counts: VerifyCounts): AsyncGenerator<Finding> {
    const left = this.#left;
    for (let done = 0; done < left.length && this.#places.hasTime(); done += 1) {
      const one = left[done];
      if (one !== undefined) yield* this.#again(one, counts);
      this.#left = left.slice(done + 1);
    }
  }

  /** A batch whose receipts were held to what was sealed. */
  async *verifyOrLeave(receipts: BatchReceipts, counts: VerifyCounts): AsyncGenerator<Finding> {
    if (this.isEmpty && this.#places.hasTime()) {
      counts.batches += 1;
      yield* verifyBatch(receipts, this.#places);
    } else this.#left.push({ receipts: receiptsKey(receipts), sha256: sha256Hex(encodeDocument(receipts)) });
  }

  /** The same of a generation. */
  async *verifyGenerationOrLeave(
    receipts: CompactionReceipts,
    counts: VerifyCounts,
  ): AsyncGenerator<Finding> {
    const { lake, compactions, hasTime } = this.#places;
    if (this.isEmpty && hasTime()) {
      counts.generations += 1;
      yield* verifyCompaction(receipts, lake, compactions);
    } else
      this.#left.push({
        receipts: compactionKey(receipts, 'receipts'),
        sha256: sha256Hex(encodeCompaction(receipts)),
      });
  }

  async *#again({ receipts: key, sha256 }: Left, counts: VerifyCounts): AsyncGenerator<Finding> {
    const evidence = await readOr(this.#places.lake, key, 'receipts-unreadable');
    if (evidence === undefined) {
      yield finding('receipts-missing', key, 'they were sealed, and were there an hour or two ago');
      return;
    }
    if ('code' in evidence) {
      yield evidence;
      return;
    }
    if (parseCompactionKey(key) !== undefined) {
      const generation = yield* readCompactionReceipts(key, evidence.bytes);
      if (generation === undefined) return;
      if (sha256Hex(encodeCompaction(generation)) !== sha256) yield changed(key);
      else {
        counts.generations += 1;
        yield* verifyCompaction(generation, this.#places.lake, this.#places.compactions);
      }
      return;
    }
    const receipts = yield* readReceipts(key, evidence.bytes);
    if (receipts === undefined) return;
    if (sha256Hex(encodeDocument(receipts)) !== sha256) yield changed(key);
    else {
      counts.batches += 1;
      yield* verifyBatch(receipts, this.#places);
    }
  }
}

function changed(key: string): Finding {
  return finding('receipts-changed', key, 'they are other than they were an hour or two ago');
}
