import type { Limits } from '../core/limits.ts';
import type { ObjectStore } from './ports.ts';
import { StreamLedger } from './stream-ledger.ts';

/**
 * Ledgers of the streams met lately. A ledger may be behind, never wrong: plans are immutable and never removed, and planning behind one's
 * back is found out by the conditional put. So a container that sees the same streams again reads only what others have planned since.
 */
export class LedgerCache {
  readonly #lake: ObjectStore;
  readonly #limits: Limits;
  readonly #maxLogFiles: number;
  /** Least recently used first. */
  readonly #ledgers = new Map<string, StreamLedger>();

  /** Holds ledgers of `maxLogFiles` log files in all, each about 250 bytes, besides the one in use. */
  constructor(lake: ObjectStore, limits: Limits, maxLogFiles: number) {
    this.#lake = lake;
    this.#limits = limits;
    this.#maxLogFiles = maxLogFiles;
  }

  /** Throws what the lake throws, and `LakeFormatError`; a ledger that couldn't be read is read anew the next time. */
  async of(stream: string): Promise<StreamLedger> {
    const ledger = this.#ledgers.get(stream) ?? (await StreamLedger.load(this.#lake, stream, this.#limits));
    this.#ledgers.delete(stream);
    this.#ledgers.set(stream, ledger);
    this.#evict();
    return ledger;
  }

  #evict(): void {
    let held = 0;
    for (const [stream, ledger] of [...this.#ledgers].toReversed()) {
      held += ledger.size;
      if (held > this.#maxLogFiles && held > ledger.size) this.#ledgers.delete(stream);
    }
  }
}
