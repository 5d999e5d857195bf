import { logFileId, type BatchReceipts } from '../core/lake-format.ts';
import { receiptsKey, type BatchRef } from '../core/lake-keys.ts';
import type { Delivery, DeliveryOptions, DeliveryOutcome, DeliveryPorts } from './delivery.ts';
import { carryOut, type LogFileReader } from './normalise.ts';
import type { FetchedLogFile } from './ports.ts';
import type { StreamLedger } from './stream-ledger.ts';
import { textEstimate } from './text-estimate.ts';

/** The call's time is nearly over. */
export class OutOfTimeError extends Error {
  constructor() {
    super('not started, for the time of this call is nearly over; the log file will be delivered again');
    this.name = 'OutOfTimeError';
  }
}

/** What a log file is taken to weigh when its message doesn't say: more than most do. Found heavier, it waits for its turn as such. */
const UNKNOWN_SIZE = 256 * 1024;

/** Fetches under way at once, in one stream. */
const FETCHES = 16;

interface Results<D> {
  readonly outcomes: Map<D, DeliveryOutcome>;
  readonly receipts: BatchReceipts[];
}

/** A delivery on its way, and the bytes it is taken to have as stored. */
interface Waiting<D> {
  readonly delivery: D;
  readonly size: number;
}

/** A delivery and its log file, whose bytes are there unless they are too many or some plan holds it already. */
interface InHand<D> {
  readonly delivery: D;
  readonly logFile: FetchedLogFile;
}

/** The deliveries of one stream, taken a batch at a time. */
export class StreamDeliveries<D extends Delivery> {
  readonly #stream: string;
  readonly #ports: DeliveryPorts;
  readonly #options: DeliveryOptions;
  readonly #results: Results<D>;

  constructor(stream: string, ports: DeliveryPorts, options: DeliveryOptions, results: Results<D>) {
    this.#stream = stream;
    this.#ports = ports;
    this.#options = options;
    this.#results = results;
  }

  /** Resolves when each has its outcome. */
  async take(deliveries: readonly D[]): Promise<void> {
    const waiting = deliveries.map((delivery) => ({ delivery, size: delivery.size ?? UNKNOWN_SIZE }));
    while (waiting.length > 0) {
      const { some, weight } = this.#nextBatch(waiting);
      waiting.push(...(await this.#ports.gate.run(weight, async () => await this.#takeBatch(some))));
    }
  }

  /** Removes as many from the front as make a batch. */
  #nextBatch(waiting: Waiting<D>[]): { some: readonly Waiting<D>[]; weight: number } {
    const { batchFiles, batchBytes } = this.#options;
    let [files, weight] = [0, 0];
    for (const { delivery, size } of waiting) {
      const text = textEstimate({ key: delivery.key, size });
      if (files > 0 && (files >= batchFiles || weight + text > batchBytes)) break;
      files += 1;
      weight += text;
    }
    return { some: waiting.splice(0, files), weight };
  }

  /** Returns those that turned out heavier than they were taken for; they have no outcome yet. */
  async #takeBatch(batch: readonly Waiting<D>[]): Promise<Waiting<D>[]> {
    if (!this.#ports.hasTime()) {
      for (const { delivery } of batch) this.#fail(delivery, new OutOfTimeError());
      return [];
    }
    const ledger = await this.#ports.ledgers.of(this.#stream).catch((error: unknown) => {
      for (const { delivery } of batch) this.#fail(delivery, error);
    });
    if (ledger === undefined) return [];
    const heavier: Waiting<D>[] = [];
    const inHand: InHand<D>[] = [];
    for (let from = 0; from < batch.length; from += FETCHES) {
      const some = batch.slice(from, from + FETCHES);
      for (const found of await Promise.all(some.map(async (one) => await this.#fetch(one, ledger)))) {
        if (found === undefined) continue;
        const { bytes, size } = found.logFile;
        const planned = ledger.has(found.logFile);
        if (planned || bytes !== undefined || size > this.#options.limits.storedBytes) inHand.push(found);
        else heavier.push({ delivery: found.delivery, size });
      }
    }
    await this.#store(inHand, ledger).catch((error: unknown) => {
      for (const { delivery } of inHand) this.#fail(delivery, error);
    });
    return heavier;
  }

  /** Undefined, and a failed delivery, if the log file can't be had. */
  async #fetch({ delivery, size }: Waiting<D>, ledger: StreamLedger): Promise<InHand<D> | undefined> {
    const { key, version, versionId } = delivery;
    if (version !== undefined && ledger.has({ key, version }))
      return { delivery, logFile: { key, size, version, bytes: undefined } };
    const maxBytes = Math.min(size, this.#options.limits.storedBytes);
    try {
      return { delivery, logFile: await this.#ports.source.fetch(key, versionId, maxBytes) };
    } catch (error) {
      this.#fail(delivery, error);
      return undefined;
    }
  }

  /** Plans what no plan holds, and carries out every batch that holds one of these. Throws what the ledger throws. */
  async #store(logFiles: readonly InHand<D>[], ledger: StreamLedger): Promise<void> {
    const { batch: own } = await ledger.plan(logFiles.map(({ logFile }) => planned(logFile)));
    const batches = Map.groupBy(logFiles, ({ logFile }) => ledger.batchOf(logFile)?.sequence ?? 0);
    for (const [sequence, some] of batches) {
      const isOwn = sequence === own?.sequence;
      await this.#finish({ stream: this.#stream, sequence }, some, isOwn);
    }
  }

  /** A batch that fails takes none of the others with it. */
  async #finish(batch: BatchRef, logFiles: readonly InHand<D>[], isOwn: boolean): Promise<void> {
    const { lake, source } = this.#ports;
    try {
      const done = isOwn ? undefined : await lake.get(receiptsKey(batch));
      if (done === undefined) {
        const receipts = await carryOut(batch, { source: inHandOr(logFiles, source), lake });
        this.#results.receipts.push(receipts);
      }
      for (const { delivery } of logFiles)
        this.#results.outcomes.set(delivery, { kind: 'stored', again: !isOwn });
    } catch (error) {
      for (const { delivery } of logFiles) this.#fail(delivery, error);
    }
  }

  #fail(delivery: D, error: unknown): void {
    this.#results.outcomes.set(delivery, { kind: 'failed', error });
  }
}

function planned({ key, size, version }: FetchedLogFile): { key: string; size: number; version: string } {
  return { key, size, version };
}

/** Log files that were fetched already; others of their batch, planned by a call that didn't get to its end, are read again. */
function inHandOr(logFiles: readonly InHand<Delivery>[], source: LogFileReader): LogFileReader {
  const bytes = new Map(logFiles.map(({ logFile }) => [logFileId(logFile), logFile.bytes]));
  return {
    read: async (key, version) => bytes.get(logFileId({ key, version })) ?? (await source.read(key, version)),
  };
}
