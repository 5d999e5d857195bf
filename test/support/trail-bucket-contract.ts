import { describe, expect, it } from 'vitest';
import type { TrailBucket } from '../../shared/jobs/find-log-files.ts';

/** What every bucket that is searched for log files must do. `holding` makes one with these keys, a byte each. */
export function trailBucketContract(
  name: string,
  holding: (keys: readonly string[]) => Promise<TrailBucket>,
): void {
  describe(`${name}, as a bucket to be searched`, () => {
    const KEYS = ['a/1/x', 'a/1/y/z', 'a/2', 'a/3/x', 'ab/x', 'b c+%/ü☃/x', 'b c+%/ü☃/y', 'top'];

    it.each([
      ['', ['a/', 'ab/', 'b c+%/']],
      ['a/', ['a/1/', 'a/3/']],
      ['a', ['a/', 'ab/']],
      ['b c+%/', ['b c+%/ü☃/']],
      ['a/2', []],
      ['nothing/', []],
    ])('tells the folders that begin with %j', async (prefix, folders) => {
      const bucket = await holding(KEYS);
      expect(await bucket.folders(prefix)).toEqual(folders);
    });

    it.each([
      ['a/', '', ['a/1/x', 'a/1/y/z', 'a/2', 'a/3/x']],
      ['a/', 'a/1/y', ['a/1/y/z', 'a/2', 'a/3/x']],
      ['a/', 'a/2', ['a/3/x']],
      ['b c+%/', 'b c+%/ü☃/x', ['b c+%/ü☃/y']],
      ['a/', 'b', []],
      ['nothing/', '', []],
    ])('lists what begins with %j and sorts behind %j', async (prefix, after, keys) => {
      const bucket = await holding(KEYS);
      const pages = await Array.fromAsync(bucket.pages(prefix, after));
      expect(pages.flat().map(({ key }) => key)).toEqual(keys);
    });

    it('tells sizes and versions, which stay the same', async () => {
      const bucket = await holding(KEYS);
      const [first, again] = [
        (await Array.fromAsync(bucket.pages('', ''))).flat(),
        (await Array.fromAsync(bucket.pages('', ''))).flat(),
      ];
      expect(first.every(({ size, version }) => size > 0 && version !== undefined)).toBe(true);
      expect(again).toEqual(first);
    });
  });
}
