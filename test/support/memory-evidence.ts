import type { Evidence, EvidenceStore } from '../../shared/jobs/evidence.ts';

interface Stored {
  readonly bytes: Uint8Array;
  readonly signature?: string | undefined;
}

/** Objects in memory as a bucket, or without their metadata as a downloaded copy. Sees what is done to `objects` later on. */
export function memoryEvidence(
  objects: ReadonlyMap<string, Stored>,
  bucket: string | undefined,
): EvidenceStore {
  const under = (prefix: string): string[] =>
    [...objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    bucket,
    async *list(prefix, after = '') {
      for (const key of under(prefix))
        if (Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0) yield key;
    },
    folders(prefix) {
      const folders = under(prefix).map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1));
      return Promise.resolve([...new Set(folders.filter((path) => path !== ''))]);
    },
    read(key): Promise<Evidence | undefined> {
      const found = objects.get(key);
      const signature = bucket === undefined ? undefined : found?.signature;
      return Promise.resolve(found && { bytes: found.bytes, signature });
    },
  };
}
