import type { ObjectStore } from '../jobs/ports.ts';

/** A store in memory: for tests, and for showing what the port means. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#objects.get(key)?.slice());
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    if (this.#objects.has(key)) return Promise.resolve('exists');
    this.#objects.set(key, bytes.slice());
    return Promise.resolve('stored');
  }

  async *list(prefix: string): AsyncGenerator<string> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    yield* keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
}
