import type { Limits } from '../shared/core/limits.ts';
import type { Delivery } from '../shared/jobs/delivery.ts';
import type { FetchedLogFile, LogFileEntry, LogFileSource } from '../shared/jobs/ports.ts';
import { SourceError } from '../shared/jobs/ports.ts';

/** A log file that was found, as if a message had said that it was delivered. */
export interface LocalDelivery extends Delivery {
  readonly entry: LogFileEntry;
}

/** Log files of a source by the place they were found at: two folders may hold different ones under one key. */
export class FoundLogFiles {
  readonly #source: LogFileSource;
  readonly #entries = new Map<string, LogFileEntry>();

  constructor(source: LogFileSource) {
    this.#source = source;
  }

  /** `place` means nothing to anybody but `fetch`. */
  delivery(entry: LogFileEntry): LocalDelivery {
    const place = String(this.#entries.size);
    this.#entries.set(place, entry);
    return { key: entry.key, size: entry.size, versionId: place, entry };
  }

  async fetch(
    key: string,
    place: string | undefined,
    maxBytes: Limits['storedBytes'],
  ): Promise<FetchedLogFile> {
    const entry = this.#entries.get(place ?? '');
    if (entry === undefined)
      throw new SourceError('missing', key, 'it was not among the files that were found');
    const version = await this.#source.version(entry);
    const found = { key, size: entry.size, version };
    if (entry.size > maxBytes) return { ...found, bytes: undefined };
    return { ...found, bytes: await this.#source.read(key, version) };
  }

  /** Forgets those that are done with. */
  clear(): void {
    this.#entries.clear();
  }
}
