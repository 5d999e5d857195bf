import type { ObjectStore } from './ports.ts';

/** An object of the lake that a retry finds with other bytes than it makes itself. */
export class ObjectDiffersError extends Error {
  constructor(key: string) {
    super(
      `${key} is already in the lake with other bytes than this batch makes. Somebody changed it, or trailseal was upgraded ` +
        `between a crash and now: move the object away and run the same command again`,
    );
    this.name = 'ObjectDiffersError';
  }
}

/** Stores an object that every run of a batch makes alike; one that stands there already must be the same. Throws `ObjectDiffersError`. */
export async function putSame(lake: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  if ((await lake.putIfAbsent(key, bytes)) === 'stored') return;
  const stored = await lake.get(key);
  if (stored === undefined || Buffer.compare(stored, bytes) !== 0) throw new ObjectDiffersError(key);
}
