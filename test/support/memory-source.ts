import { createHash } from 'node:crypto';
import type { LogFileFetcher } from '../../shared/jobs/delivery.ts';
import {
  SourceError,
  type FetchedLogFile,
  type LogFileEntry,
  type LogFileSource,
} from '../../shared/jobs/ports.ts';

/** Log files in memory, by key. The map stays the test's: what it changes there, the source sees. */
export class MemorySource implements LogFileSource, LogFileFetcher {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #order: (keys: string[]) => string[];

  /** `order` turns the sorted keys into the listing. */
  constructor(files: ReadonlyMap<string, Uint8Array>, order: (keys: string[]) => string[] = (keys) => keys) {
    this.#files = files;
    this.#order = order;
  }

  async *list(): AsyncGenerator<LogFileEntry> {
    for (const key of this.#order([...this.#files.keys()].sort())) {
      yield { key, size: (await this.#bytes(key)).length };
    }
  }

  async version(entry: LogFileEntry): Promise<string> {
    return versionOf(await this.#bytes(entry.key));
  }

  async read(key: string, version: string): Promise<Uint8Array> {
    const bytes = await this.#bytes(key);
    if (versionOf(bytes) !== version) throw new SourceError('changed', key, 'it has other bytes now');
    return new Uint8Array(bytes);
  }

  async fetch(key: string, _versionId: string | undefined, maxBytes: number): Promise<FetchedLogFile> {
    const bytes = await this.#bytes(key);
    const found = { key, size: bytes.length, version: versionOf(bytes) };
    return { ...found, bytes: bytes.length > maxBytes ? undefined : new Uint8Array(bytes) };
  }

  #bytes(key: string): Promise<Uint8Array> {
    const bytes = this.#files.get(key);
    return bytes === undefined
      ? Promise.reject(new SourceError('missing', key, 'there is no such log file'))
      : Promise.resolve(bytes);
  }
}

/** As `DirectorySource` has it. */
export function versionOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
