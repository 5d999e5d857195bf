import type { ObjectStore } from '../jobs/ports.ts';

/** A store in memory: for tests, and for showing what the port means. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  get(key: string): Promise<Uint8Array | undefined> {
    const bytes = this.#objects.get(key);
    return Promise.resolve(bytes && copyOf(bytes));
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    if (this.#objects.has(key)) return Promise.resolve('exists');
    this.#objects.set(key, copyOf(bytes));
    return Promise.resolve('stored');
  }

  async *list(prefix: string, after = ''): AsyncGenerator<string> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && isBehind(key, after));
    yield* keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
}

function isBehind(key: string, after: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
}

/** Not `slice`: that of a Buffer shares its memory. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
