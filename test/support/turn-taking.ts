import type { Metadata, ObjectStore } from '../../shared/jobs/ports.ts';

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The items in an order that `random` decides. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Lets one of those who wait go on at a time, chosen by `random`; each goes as far as its next turn. */
export class Turns {
  readonly #random: () => number;
  readonly #waiting: (() => void)[] = [];
  #stepping = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  take(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#stepping) this.#next();
    });
  }

  /** Behind every microtask, so that whoever went last has come to rest. */
  #next(): void {
    this.#stepping = true;
    setImmediate(() => {
      const [next] = this.#waiting.splice(Math.floor(this.#random() * this.#waiting.length), 1);
      next?.();
      if (this.#waiting.length > 0) this.#next();
      else this.#stepping = false;
    });
  }
}

/** A store whose every call waits for its turn, and once more before its result is known. */
export class TurnTakingStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #turns: Turns;

  constructor(store: ObjectStore, turns: Turns) {
    this.#store = store;
    this.#turns = turns;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    await this.#turns.take();
    const bytes = await this.#store.get(key);
    await this.#turns.take();
    return bytes;
  }

  async putIfAbsent(key: string, bytes: Uint8Array, metadata?: Metadata): Promise<'stored' | 'exists'> {
    await this.#turns.take();
    const result = await this.#store.putIfAbsent(key, bytes, metadata);
    await this.#turns.take();
    return result;
  }

  async *list(prefix: string, after?: string): AsyncGenerator<string> {
    await this.#turns.take();
    for await (const key of this.#store.list(prefix, after)) {
      yield key;
      await this.#turns.take();
    }
  }
}
