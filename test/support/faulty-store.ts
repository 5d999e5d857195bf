import type { Metadata, ObjectStore } from '../../shared/jobs/ports.ts';

/** What a store's user sees when the store, or the way to it, breaks. */
export class InjectedFault extends Error {
  constructor(operation: string, key: string) {
    super(`injected: ${operation} of ${key}`);
    this.name = 'InjectedFault';
  }
}

export type Operation = 'get' | 'put' | 'list';

/** `lost`: nothing happened. `applied`: it happened, but the caller hears of a failure. */
export type Fault = 'lost' | 'applied';

/** A store that breaks as it is told. `plan` hears of every call, numbered from 1 for each operation. */
export class FaultyStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #plan: (operation: Operation, number: number) => Fault | undefined;
  readonly calls: Record<Operation, number> = { get: 0, put: 0, list: 0 };

  constructor(store: ObjectStore, plan: (operation: Operation, number: number) => Fault | undefined) {
    this.#store = store;
    this.#plan = plan;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    if (this.#next('get') !== undefined) throw new InjectedFault('get', key);
    return await this.#store.get(key);
  }

  async putIfAbsent(key: string, bytes: Uint8Array, metadata?: Metadata): Promise<'stored' | 'exists'> {
    const fault = this.#next('put');
    if (fault === 'lost') throw new InjectedFault('put', key);
    const result = await this.#store.putIfAbsent(key, bytes, metadata);
    if (fault === 'applied') throw new InjectedFault('put', key);
    return result;
  }

  /** Breaks before the first key, or (`applied`) behind it. */
  async *list(prefix: string, after?: string): AsyncGenerator<string> {
    const fault = this.#next('list');
    if (fault === 'lost') throw new InjectedFault('list', prefix);
    for await (const key of this.#store.list(prefix, after)) {
      yield key;
      if (fault === 'applied') throw new InjectedFault('list', prefix);
    }
  }

  #next(operation: Operation): Fault | undefined {
    this.calls[operation] += 1;
    return this.#plan(operation, this.calls[operation]);
  }
}

/** A store whose user dies at its `number`-th call, of whatever kind: that call and all later ones fail. */
export function dyingStore(store: ObjectStore, number: number, fault: Fault): FaultyStore {
  let calls = 0;
  return new FaultyStore(store, () => {
    calls += 1;
    if (calls < number) return undefined;
    return calls === number ? fault : 'lost';
  });
}

/** The same at one of `calls` calls from the `first`-th on, whichever chance has it. */
export function dyingSomewhere(
  store: ObjectStore,
  random: () => number,
  [first, calls]: readonly [first: number, calls: number],
): FaultyStore {
  return dyingStore(store, first + Math.floor(random() * calls), random() < 0.5 ? 'lost' : 'applied');
}
