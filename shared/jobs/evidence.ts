/** An object of a trail's bucket, of the lake, or of a copy of either. */
export interface Evidence {
  readonly bytes: Uint8Array;
  /** Metadata `signature` of the object; a folder has none. */
  readonly signature: string | undefined;
}

/** Where log files and digests lie, or the lake: what verification reads. Never written to. Keys are whole, from the bucket or folder on. */
export interface EvidenceStore {
  /** The bucket; undefined for a folder. */
  readonly bucket: string | undefined;
  /** Keys that begin with `prefix` and sort behind `after`, in byte order. Throws `SourceError`. */
  list(prefix: string, after?: string): AsyncIterable<string>;
  /** The folders whose path begins with `prefix`, as far as the next slash, that slash included; in byte order. Throws `SourceError`. */
  folders(prefix: string): Promise<string[]>;
  /** Undefined if there is none. Throws `SourceError` for one that can't be read, or is too large to be. */
  read(key: string): Promise<Evidence | undefined>;
}

/** Stored; sixteen are read at a time. CloudTrail's own are a hundredth of it. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
