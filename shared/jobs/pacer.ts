/** Time, as a job needs it. */
export interface Clock {
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * So many a second, on average, whatever the size of each helping: who took much waits longer before the next. Time that nobody used
 * is not saved up. (Token buckets on npm refuse helpings larger than the bucket.)
 */
export class Pacer {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #free = 0;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Resolves when `count` may go. */
  async take(count: number): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(now, this.#free);
    this.#free = at + (count / this.#perSecond) * 1000;
    if (at > now) await this.#clock.sleep(at - now);
  }
}
