import type { CreatedObject } from '../shared/core/object-created.ts';

/** A message tells of an object in a bucket that isn't this function's. */
export class MisroutedMessageError extends Error {
  constructor(bucket: string, expected: string) {
    super(
      `the message tells of an object in the bucket ${bucket}, but this function reads ${expected} only: check who sends to its queue`,
    );
    this.name = 'MisroutedMessageError';
  }
}

/** Objects of the function's own bucket; those of another are failures already. */
export function ofBucket(
  objects: readonly CreatedObject[],
  bucket: string,
): { ours: CreatedObject[]; failures: Map<CreatedObject, unknown> } {
  const failures = new Map<CreatedObject, unknown>();
  for (const object of objects) {
    if (object.bucket !== bucket) failures.set(object, new MisroutedMessageError(object.bucket, bucket));
  }
  return { ours: objects.filter((object) => !failures.has(object)), failures };
}
