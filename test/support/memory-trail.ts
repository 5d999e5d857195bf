import type { TrailBucket } from '../../shared/jobs/find-log-files.ts';
import type { LogFileEntry } from '../../shared/jobs/ports.ts';

/** A bucket in memory, to be searched like S3's: what every `TrailBucket` must do, in the fewest words. */
export class MemoryTrail implements TrailBucket {
  readonly #keys: readonly string[];
  readonly #pageSize: number;
  /** Prefixes that were listed, with what they were listed for. */
  readonly requests: string[] = [];

  constructor(keys: Iterable<string>, pageSize = 1000) {
    this.#keys = [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    this.#pageSize = pageSize;
  }

  async folders(prefix: string): Promise<string[]> {
    this.requests.push(`folders ${prefix}`);
    await turn();
    const folders = this.#below(prefix).flatMap((key) => {
      const slash = key.indexOf('/', prefix.length);
      return slash === -1 ? [] : [key.slice(0, slash + 1)];
    });
    return [...new Set(folders)];
  }

  async *pages(prefix: string, after: string): AsyncGenerator<readonly LogFileEntry[]> {
    const keys = this.#below(prefix).filter(
      (key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
    );
    for (let from = 0; from === 0 || from < keys.length; from += this.#pageSize) {
      this.requests.push(`pages ${prefix}`);
      await turn();
      yield keys
        .slice(from, from + this.#pageSize)
        .map((key) => ({ key, size: 1000, version: `etag:${key}` }));
    }
  }

  #below(prefix: string): string[] {
    return this.#keys.filter((key) => key.startsWith(prefix));
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
