import type { HeldObject } from '../core/compaction-format.ts';
import { decodeReceipts } from '../core/lake-format.ts';
import { parseBatchKey, RECEIPTS, receiptsKey, streamPrefix } from '../core/lake-keys.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

const READS_AHEAD = 16;
/** Streams remembered: a day of an account and region has a few, and its neighbours ask for the same. */
const STREAMS = 64;

/** Finds the receipts that account for small objects, stream by stream. */
export class ReceiptsOfObjects {
  readonly #lake: Pick<ObjectStore, 'get' | 'list'>;
  readonly #streams = new Map<string, Promise<ReadonlyMap<string, HeldObject>>>();

  constructor(lake: Pick<ObjectStore, 'get' | 'list'>) {
    this.#lake = lake;
  }

  /** Undefined if none of the stream's receipts name the object: its batch isn't finished, or it was put there by somebody else. */
  async find(stream: string, object: string): Promise<HeldObject | undefined> {
    const known = this.#streams.get(stream);
    const found = (await (known ?? this.#start(stream))).get(object);
    if (found !== undefined || known === undefined) return found;
    // Receipts may have come since; whoever asked at the same time has begun to read them already.
    const current = this.#streams.get(stream);
    const again = current === undefined || current === known ? this.#start(stream) : current;
    return (await again).get(object);
  }

  #start(stream: string): Promise<ReadonlyMap<string, HeldObject>> {
    const reading = this.#read(stream);
    this.#streams.delete(stream);
    this.#streams.set(stream, reading);
    const [oldest] = this.#streams.keys();
    if (this.#streams.size > STREAMS && oldest !== undefined) this.#streams.delete(oldest);
    return reading;
  }

  async #read(stream: string): Promise<Map<string, HeldObject>> {
    const found = new Map<string, HeldObject>();
    const twice = new Set<string>();
    const read = async (key: string): Promise<void> => {
      const stored = parseBatchKey(key) === undefined ? undefined : await this.#lake.get(key);
      const receipts = stored && decodeReceipts(key, stored);
      if (receipts === undefined || receiptsKey(receipts) !== key) return;
      for (const { key: object, sha256, rows } of receipts.objects) {
        // Each object is of one batch: of two that name it, one was put there by somebody else.
        if (found.has(object)) twice.add(object);
        found.set(object, { key: object, sha256, rows, receipts: key });
      }
    };
    for await (const _ of mapAhead(this.#lake.list(streamPrefix(RECEIPTS, stream)), READS_AHEAD, read));
    for (const object of twice) found.delete(object);
    return found;
  }
}
