import { logFileId, type BatchReceipts, type PlannedLogFile } from '../core/lake-format.ts';
import { planKey, receiptsKey, type BatchRef } from '../core/lake-keys.ts';
import { textSha256 } from '../core/normalise-log-file.ts';
import type { Delivery, DeliveryOptions, DeliveryOutcome, DeliveryPorts } from './delivery.ts';
import { inBatches, nextPortion, textBytesOf, type InHand, type Waiting } from './delivery-batches.ts';
import { refuseForeignPlan } from './foreign-plan.ts';
import { mapAhead } from './map-ahead.ts';
import { carryOut, NoSuchPlanError, type LogFileReader } from './normalise.ts';
import type { FetchedLogFile } from './ports.ts';
import { OutOfTimeError } from './out-of-time.ts';
import { readPlan } from './read-plan.ts';
import { storedBefore } from './stored-before.ts';
import type { StreamLedger } from './stream-ledger.ts';
import { textEstimate } from './text-estimate.ts';

/** What a log file is taken to have as stored when its message doesn't say: more than most do. Found heavier, it waits for its turn as such. */
const UNKNOWN_SIZE = 64 * 1024;

/** Fetches under way at once, in one stream. */
const FETCHES = 16;

/** What a portion weighs at least, so that a thousand streams of one small file each come a few at a time, with the clock looked at in between. */
const PORTION_FLOOR = 2 * 1024 * 1024;

interface Results<D> {
  readonly outcomes: Map<D, DeliveryOutcome>;
  readonly receipts: BatchReceipts[];
}

/** The deliveries of one stream: fetched in portions, planned in batches. */
export class StreamDeliveries<D extends Delivery> {
  readonly #stream: string;
  readonly #ports: DeliveryPorts;
  readonly #options: DeliveryOptions;
  readonly #results: Results<D>;
  /** Log file → where a versioned bucket keeps these very bytes, as far as messages told. */
  readonly #versionIds = new Map<string, string>();

  constructor(stream: string, ports: DeliveryPorts, options: DeliveryOptions, results: Results<D>) {
    this.#stream = stream;
    this.#ports = ports;
    this.#options = options;
    this.#results = results;
  }

  /** Resolves when each has its outcome. */
  async take(deliveries: readonly D[]): Promise<void> {
    for (const { key, version, versionId } of deliveries) {
      if (version !== undefined && versionId !== undefined)
        this.#versionIds.set(logFileId({ key, version }), versionId);
    }
    const waiting = deliveries.map((delivery) => ({ delivery, size: delivery.size ?? UNKNOWN_SIZE }));
    while (waiting.length > 0) {
      const { some, bytes } = nextPortion(waiting, this.#options.batchFiles);
      const weight = Math.max(bytes, PORTION_FLOOR);
      const heavier = this.#ports.gates.fetched.run(weight, async () => await this.#takePortion(some));
      waiting.push(...(await heavier));
    }
  }

  /** Returns those that turned out heavier than they were taken for; they have no outcome yet. */
  async #takePortion(portion: readonly Waiting<D>[]): Promise<Waiting<D>[]> {
    const heavier: Waiting<D>[] = [];
    const deliveries = portion.map(({ delivery }) => delivery);
    await this.#orFail(deliveries, async () => {
      this.#checkTime();
      const ledger = await this.#ports.ledgers.of(this.#stream);
      this.#checkTime();
      const found = await this.#fetchAll(portion, ledger);
      heavier.push(...found.heavier);
      const planned = found.inHand.filter(({ logFile }) => ledger.has(logFile));
      const fresh = found.inHand.filter(({ logFile }) => !ledger.has(logFile));
      for (const batch of inBatches(fresh, this.#options))
        planned.push(...(await this.#storeNew(batch, ledger)));
      await this.#finishPlanned(planned, ledger);
    });
    return heavier;
  }

  async #fetchAll(
    portion: readonly Waiting<D>[],
    ledger: StreamLedger,
  ): Promise<{ inHand: InHand<D>[]; heavier: Waiting<D>[] }> {
    const [inHand, heavier]: [InHand<D>[], Waiting<D>[]] = [[], []];
    const fetch = async (one: Waiting<D>): Promise<InHand<D> | undefined> => await this.#fetch(one, ledger);
    for await (const found of mapAhead(portion, FETCHES, fetch)) {
      if (found === undefined) continue;
      const { bytes, size } = found.logFile;
      const isWhole = bytes !== undefined || size > this.#options.limits.storedBytes;
      if (isWhole || ledger.has(found.logFile)) inHand.push(found);
      else heavier.push({ delivery: found.delivery, size });
    }
    return { inHand, heavier };
  }

  /** Undefined, and a failed delivery, if the log file can't be had. */
  async #fetch({ delivery, size }: Waiting<D>, ledger: StreamLedger): Promise<InHand<D> | undefined> {
    const { key, version, versionId } = delivery;
    if (version !== undefined && ledger.has({ key, version }))
      return { delivery, logFile: { key, size, version, bytes: undefined } };
    const maxBytes = Math.min(size, this.#options.limits.storedBytes);
    let found: InHand<D> | undefined;
    await this.#orFail([delivery], async () => {
      found = { delivery, logFile: await this.#ports.source.fetch(key, versionId, maxBytes) };
    });
    return found;
  }

  /** Plans and carries out a batch of log files that no plan held. Returns those that somebody else has planned meanwhile. */
  async #storeNew(batch: readonly InHand<D>[], ledger: StreamLedger): Promise<InHand<D>[]> {
    const elsewhere: InHand<D>[] = [];
    const deliveries = batch.map(({ delivery }) => delivery);
    const weight = batch.reduce((sum, one) => sum + textBytesOf(one), 0);
    await this.#orFail(deliveries, async () => {
      await this.#ports.gates.text.run(weight, async () => {
        this.#checkTime();
        const fresh = await this.#withoutStoredBefore(batch, ledger);
        const { batch: own } = await ledger.plan(fresh.map(({ logFile }) => planned(logFile)));
        const isOurs = ({ logFile }: InHand<D>): boolean =>
          ledger.batchOf(logFile)?.sequence === own?.sequence;
        const ours = fresh.filter(isOurs);
        elsewhere.push(...fresh.filter((one) => !isOurs(one)));
        if (own !== undefined) await this.#carryOut(own, ours, false);
      });
    });
    return elsewhere;
  }

  /** Those whose text isn't in the lake already, under this key and another version. */
  async #withoutStoredBefore(batch: readonly InHand<D>[], ledger: StreamLedger): Promise<InHand<D>[]> {
    const fresh: InHand<D>[] = [];
    for (const one of batch) {
      const { key, bytes } = one.logFile;
      const before = ledger.batchesOf(key);
      const sha256 = before.length > 0 && bytes ? textSha256(bytes, this.#options.limits) : undefined;
      const isStored = sha256 !== undefined && (await storedBefore(key, sha256, before, this.#ports.lake));
      if (isStored) this.#results.outcomes.set(one.delivery, { kind: 'stored', again: true });
      else fresh.push(one);
    }
    return fresh;
  }

  /** Sees to it that the batches that hold these log files are carried out. A batch that fails takes none of the others with it. */
  async #finishPlanned(logFiles: readonly InHand<D>[], ledger: StreamLedger): Promise<void> {
    const batches = Map.groupBy(logFiles, ({ logFile }) => ledger.batchOf(logFile)?.sequence ?? 0);
    for (const [sequence, some] of batches) {
      const batch = { stream: this.#stream, sequence };
      const deliveries = some.map(({ delivery }) => delivery);
      await this.#orFail(deliveries, async () => {
        this.#checkTime();
        const done = await this.#ports.lake.get(receiptsKey(batch));
        if (done === undefined) await this.#finishForeign(batch, some);
        else this.#stored(some, true);
      });
    }
  }

  /** Carries out a plan that some other call, or a person, made and didn't see to its end. */
  async #finishForeign(batch: BatchRef, logFiles: readonly InHand<D>[]): Promise<void> {
    const found = await readPlan(this.#ports.lake, batch);
    if (found === undefined) throw new NoSuchPlanError(planKey(batch));
    refuseForeignPlan(found.plan, this.#options.limits);
    const weight = found.plan.logFiles.reduce((sum, logFile) => sum + textEstimate(logFile), 0);
    await this.#ports.gates.text.run(weight, async () => {
      this.#checkTime();
      await this.#carryOut(batch, logFiles, true);
    });
  }

  async #carryOut(batch: BatchRef, logFiles: readonly InHand<D>[], again: boolean): Promise<void> {
    const { lake, now } = this.#ports;
    this.#results.receipts.push(await carryOut(batch, { source: this.#reader(logFiles), lake, now }));
    this.#stored(logFiles, again);
  }

  /**
   * Log files that were fetched already. Others of their batch, planned by a call that didn't get to its end, are read again: where a
   * message named the version in a versioned bucket, that one, whatever stands at the key by now.
   */
  #reader(logFiles: readonly InHand<D>[]): LogFileReader {
    const { source } = this.#ports;
    const inHand = new Map(logFiles.map(({ logFile }) => [logFileId(logFile), logFile.bytes]));
    return {
      read: async (key, version) => {
        const id = logFileId({ key, version });
        const versionId = this.#versionIds.get(id);
        const bytes = inHand.get(id);
        if (bytes !== undefined || versionId === undefined) return bytes ?? (await source.read(key, version));
        const found = await source.fetch(key, versionId, Infinity);
        return found.bytes !== undefined && found.version === version
          ? found.bytes
          : await source.read(key, version);
      },
    };
  }

  #stored(logFiles: readonly InHand<D>[], again: boolean): void {
    for (const { delivery } of logFiles) this.#results.outcomes.set(delivery, { kind: 'stored', again });
  }

  #checkTime(): void {
    if (!this.#ports.hasTime()) throw new OutOfTimeError();
  }

  /** What stops the work is the failure of those deliveries that have no outcome yet. */
  async #orFail(deliveries: readonly D[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      for (const delivery of deliveries) {
        if (!this.#results.outcomes.has(delivery))
          this.#results.outcomes.set(delivery, { kind: 'failed', error });
      }
    }
  }
}

function planned({ key, size, version }: FetchedLogFile): PlannedLogFile {
  return { key, size, version };
}
