import { isoTime } from '../iso-time.ts';
import type { EventFacts } from './event-facts.ts';

/** One event, as reports show it. */
export interface EventSample {
  readonly eventId: string;
  readonly time: string;
  readonly name: string | null;
  readonly principal: string | null;
  readonly account: string | null;
}

/** The earliest of the events it is given, up to so many: the same ones, in whatever order the lake gives them. */
export class EarliestEvents {
  readonly #most: number;
  readonly #samples: EventSample[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** `time`: milliseconds since 1970. */
  add({ eventId, name, principal, account }: EventFacts, time: number): void {
    const sample: EventSample = {
      eventId,
      time: isoTime(time),
      name: name ?? null,
      principal: principal ?? null,
      account: account ?? null,
    };
    if (this.#samples.length < this.#most) {
      this.#samples.push(sample);
      return;
    }
    const latest = this.#samples.reduce((a, b, i) => (compare(this.#samples[a] ?? b, b) < 0 ? i : a), 0);
    const last = this.#samples[latest];
    if (last !== undefined && compare(sample, last) < 0) this.#samples[latest] = sample;
  }

  list(): readonly EventSample[] {
    return this.#samples.toSorted(compare);
  }
}

function compare(a: EventSample, b: EventSample): number {
  const [one, other] = [`${a.time} ${a.eventId}`, `${b.time} ${b.eventId}`];
  return one < other ? -1 : Number(one > other);
}
