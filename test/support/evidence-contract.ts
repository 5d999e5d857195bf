import { beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceStore } from '../../shared/jobs/evidence.ts';

/** Keys as attackers and old tools make them, and their neighbours; in byte order. */
export const KEYS = [
  'a b+%25/ü☃/x&y<z>.gz',
  'a-b/1',
  'a.b',
  'a/.hidden',
  'a/1/x',
  'a/1/y/z',
  'a/1-',
  'a/10/x',
  'a/2',
  'a/\u{e000}',
  'a/😀/x',
  'aa/x',
  'b',
].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** What every place that is verified must do. `holding` makes one with these keys, each of which has its name as its bytes. */
export function evidenceContract(
  name: string,
  holding: (keys: readonly string[]) => Promise<EvidenceStore>,
): void {
  describe(`${name}, as a place that is verified`, () => {
    let store: EvidenceStore;
    beforeAll(async () => {
      store = await holding(KEYS);
    });

    it.each([
      '',
      'a',
      'a/',
      'a/1',
      'a/1/',
      'a/1/y',
      'a ',
      'a b+%25/',
      'a b+%25/ü☃/x&',
      'a/\u{e000}',
      'c',
      'a/1/x/',
      'a//',
    ])('lists what begins with %j, whether or not it is a folder, behind any key', async (prefix) => {
      const under = KEYS.filter((key) => key.startsWith(prefix));
      expect(await Array.fromAsync(store.list(prefix))).toEqual(under);
      for (const after of [...KEYS, 'a/1', 'a/1/', 'a/1/y0', 'a/2/', 'a0', '0', 'z']) {
        const listed = await Array.fromAsync(store.list(prefix, after));
        const behind = under.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
        expect(listed, `behind ${after}`).toEqual(behind);
      }
    });

    it.each([
      ['', ['a b+%25/', 'a-b/', 'a/', 'aa/']],
      ['a', ['a b+%25/', 'a-b/', 'a/', 'aa/']],
      ['a/', ['a/1/', 'a/10/', 'a/😀/']],
      ['a/1', ['a/1/', 'a/10/']],
      ['a b+%25/', ['a b+%25/ü☃/']],
      ['a/2', []],
      ['a/1/x', []],
      ['b/', []],
      ['nothing/', []],
      ['../', []],
    ])('tells the folders that begin with %j', async (prefix, folders) => {
      expect(await store.folders(prefix)).toEqual(folders);
    });

    it('reads each object, and nothing where there is none', async () => {
      for (const key of KEYS) {
        const evidence = await store.read(key);
        expect(Buffer.from(evidence?.bytes ?? '').toString()).toBe(key);
        expect(evidence?.signature).toBe(store.bucket === undefined ? undefined : 'abcd');
      }
      for (const key of ['c', 'a/1', 'a/1/', 'b/x', 'a//2', './b', 'a/../b', '../b', '/b', 'x'.repeat(300)])
        expect(await store.read(key), key).toBeUndefined();
    });
  });
}
