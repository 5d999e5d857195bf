import { attackStory } from './attack-story.ts';
import { cells, takeDeliveries, type Cell } from './cell.ts';
import { changesStory } from './changes-story.ts';
import { DigestChain, type Trail } from './digest-chain.ts';
import { organisation } from './organisation.ts';
import { Random } from './random.ts';
import { deliveredAgain, logFile, type Delivery, type SampleFile, type SampleRecord } from './sample-file.ts';
import type { SampleOptions } from './sample-options.ts';
import { DELIVERY_INTERVAL, sideFiles } from './side-files.ts';
import { Traffic } from './traffic.ts';

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AUDIT_TRAIL: Trail = { name: 'org-audit', homeRegion: 'us-east-1' };
const SECOND_TRAIL: Trail = { name: 'security-team', homeRegion: 'us-east-1' };

/** The state behind the generator. Times are milliseconds since 1970. */
export class SampleBucket {
  readonly start: number;
  readonly #options: SampleOptions;
  readonly #first: number;
  readonly #end: number;
  readonly #random: Random;
  readonly #cells: readonly Cell[];
  readonly #traffic: Traffic;
  readonly #chains: ReadonlyMap<Cell, readonly [DigestChain, DigestChain]>;
  /** What waits to be delivered in a log file of its own. */
  #changes: readonly SampleRecord[] = [];

  constructor(options: SampleOptions) {
    const { seed, start, hours, accounts, regions } = options;
    this.#options = options;
    this.#first = start.getTime();
    this.#end = this.#first + hours * HOUR;
    this.start = Math.floor(this.#first / DELIVERY_INTERVAL) * DELIVERY_INTERVAL;
    this.#random = new Random(seed);
    const made = organisation(seed, accounts, regions);
    this.#cells = cells(made);
    this.#traffic = new Traffic(this.#random, made, this.#cells);
    this.#chains = new Map(
      this.#cells.map((cell) => [cell, [chain(AUDIT_TRAIL, cell), chain(SECOND_TRAIL, cell)]]),
    );
    this.#plantStory(Math.min(hours, 6));
    this.#planChanges(Math.min(hours, 6));
  }

  /** Everything delivered at `now`, after the five minutes before it have happened. */
  *deliveries(now: number): Generator<SampleFile> {
    const from = Math.max(this.#first, now - DELIVERY_INTERVAL);
    const to = Math.min(this.#end, now);
    if (to > from)
      for (const cell of this.#cells) this.#traffic.produce(cell, from, to, this.#expected(cell, from, to));
    for (const cell of this.#cells) yield* this.#deliver(cell, now, to > from);
  }

  *digests(now: number): Generator<SampleFile> {
    for (const [main, second] of this.#chains.values()) {
      yield main.close(now - HOUR, now);
      if (this.#options.doubledShare > 0) yield second.close(now - HOUR, now);
    }
  }

  finished(now: number): boolean {
    return (
      now > this.#end &&
      this.#changes.length === 0 &&
      this.#cells.every((cell) => cell.pending.length === 0 && cell.late.length === 0)
    );
  }

  *#deliver(cell: Cell, now: number, busy: boolean): Generator<SampleFile> {
    const where = { account: cell.account.id, region: cell.region, at: now };
    const folder = 'CloudTrail';
    const files = takeDeliveries(this.#random, cell, now).map((records) => ({ folder, records }) as const);
    const forAll = cell === this.#cells[0] && now === this.start + 3 * DELIVERY_INTERVAL;
    const beside = busy ? sideFiles(this.#random, cell, now, forAll) : [];
    const chains = this.#chains.get(cell);
    for (const { folder, records } of [...files, ...beside]) {
      const file = logFile(this.#random, { ...where, folder }, records);
      chains?.[0].add(file);
      yield file;
      if (folder !== 'CloudTrail' || !this.#random.chance(this.#options.doubledShare)) continue;
      const again = deliveredAgain(this.#random, file);
      chains?.[1].add(again);
      yield again;
    }
    if (cell === this.#cells[0]) yield* this.#deliverChanges(cell, { ...where, folder });
  }

  /** By random numbers of their own and in a log file of their own: the rest of the sample is what it would be without them. */
  *#deliverChanges(cell: Cell, delivery: Delivery): Generator<SampleFile> {
    const last = this.#changes.at(-1);
    if (last === undefined || last.time >= delivery.at) return;
    const file = logFile(new Random(`${this.#options.seed}/changes/file`), delivery, this.#changes);
    this.#changes = [];
    this.#chains.get(cell)?.[0].add(file);
    yield file;
  }

  /** Most at 14:00 UTC, least at 02:00, 1 on average. */
  #expected(cell: Cell, from: number, to: number): number {
    const ofDay = (2 * Math.PI * ((from % DAY) / HOUR - 8)) / 24;
    return this.#options.eventsPerHour * cell.share * ((to - from) / HOUR) * (1 + 0.55 * Math.sin(ofDay));
  }

  /** In the first night, when nobody looks. */
  #plantStory(hours: number): void {
    const [home] = this.#cells;
    if (home === undefined) return;
    const random = new Random(`${this.#options.seed}/story`);
    const start = this.#first + hours * 0.4 * HOUR;
    const story = attackStory(random, home.account, home.region, start);
    home.pending.push(...story.filter((record) => record.time < this.#end));
  }

  #planChanges(hours: number): void {
    const [home] = this.#cells;
    if (home === undefined) return;
    const random = new Random(`${this.#options.seed}/changes`);
    const start = this.#first + hours * 0.1 * HOUR;
    const changes = changesStory(random, home.account, home.region, start);
    this.#changes = changes.filter((record) => record.time < this.#end);
  }
}

function chain(trail: Trail, cell: Cell): DigestChain {
  return new DigestChain(trail, cell.account.id, cell.region);
}
