/**
 * What the jobs need of the world. Two small ports: where the lake is kept, and where log files come from.
 */

/** A store of immutable objects: a directory, a bucket, memory. */
export interface ObjectStore {
  /** The object's bytes, or undefined if there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Stores an object whole or not at all, and never over another: of two writers at once exactly one gets `stored`.
   * When it resolves, the object survives a crash. `metadata` is for readers of a bucket: a directory keeps none, so nothing here reads it back.
   */
  putIfAbsent(key: string, bytes: Uint8Array, metadata?: Metadata): Promise<'stored' | 'exists'>;
  /** Keys under a prefix, in byte order; those behind `after` only, if it is given. Objects stored meanwhile may or may not be seen. */
  list(prefix: string, after?: string): AsyncIterable<string>;
}

/** Of an object in a bucket: lower-case names, plain values. */
export type Metadata = Readonly<Record<string, string>>;

export type StoreErrorCode = 'no-bucket' | 'denied' | 'unavailable';

/** A store of objects that can't be used (now). The message says which object, and what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** A log file that a source offers. */
export interface LogFileEntry {
  readonly key: string;
  /** Bytes as stored. */
  readonly size: number;
  /** Known from the listing, where that is free. */
  readonly version?: string;
  /** Where the source itself finds it; means nothing to anybody else. */
  readonly locator?: string;
}

/** Where log files come from: folders, a bucket, memory. Never written to. */
export interface LogFileSource {
  /** Everything there is, files that aren't log files included; neighbours in a folder come together, sorted by key. */
  list(): AsyncIterable<LogFileEntry>;
  /** What changes when the bytes do. Throws `SourceError`. */
  version(entry: LogFileEntry): Promise<string>;
  /** The bytes as stored, of just this version. Throws `SourceError`. */
  read(key: string, version: string): Promise<Uint8Array>;
}

/** A log file as it was found, with its bytes if they were not too many to hold. */
export interface FetchedLogFile {
  readonly key: string;
  /** Bytes as stored. */
  readonly size: number;
  readonly version: string;
  readonly bytes: Uint8Array | undefined;
}

export type SourceErrorCode = 'missing' | 'changed' | 'unreadable';

/** A log file that can't be had (now): a fault of the store, unlike content that can't be understood. */
export class SourceError extends Error {
  readonly code: SourceErrorCode;
  readonly key: string;
  /** The message without the key. */
  readonly detail: string;

  constructor(code: SourceErrorCode, key: string, detail: string, options?: ErrorOptions) {
    super(`${key}: ${detail}`, options);
    this.name = 'SourceError';
    this.code = code;
    this.key = key;
    this.detail = detail;
  }
}
