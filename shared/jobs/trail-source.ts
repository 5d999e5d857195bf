import type { FoundLogFile } from './find-log-files.ts';
import type { LogFileEntry, LogFileSource } from './ports.ts';

/** A source of log files that offers only those found, and reads them where they lie. */
export class TrailSource implements LogFileSource {
  readonly #find: () => AsyncIterable<readonly FoundLogFile[]>;
  readonly #bytes: Pick<LogFileSource, 'version' | 'read'>;

  constructor(
    find: () => AsyncIterable<readonly FoundLogFile[]>,
    bytes: Pick<LogFileSource, 'version' | 'read'>,
  ) {
    this.#find = find;
    this.#bytes = bytes;
  }

  async *list(): AsyncGenerator<LogFileEntry> {
    for await (const page of this.#find()) {
      for (const { account: _account, region: _region, day: _day, ...entry } of page) yield entry;
    }
  }

  version(entry: LogFileEntry): Promise<string> {
    return this.#bytes.version(entry);
  }

  read(key: string, version: string): Promise<Uint8Array> {
    return this.#bytes.read(key, version);
  }
}
