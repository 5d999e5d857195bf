import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../shared/jobs/ports.ts';

/** What every store of the lake must do. `empty` makes a fresh one. */
export function objectStoreContract(name: string, empty: () => ObjectStore | Promise<ObjectStore>): void {
  describe(`${name}, as a store of objects`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await empty();
    });

    it('has nothing at first', async () => {
      expect(await store.get('a/b.json')).toBeUndefined();
      expect(await Array.fromAsync(store.list(''))).toEqual([]);
      expect(await Array.fromAsync(store.list('a/'))).toEqual([]);
    });

    it('returns what was stored, byte for byte', async () => {
      for (const [i, bytes] of [
        new Uint8Array(),
        Buffer.from('\0é\n'),
        Buffer.alloc(5_000_001, 7),
      ].entries()) {
        expect(await store.putIfAbsent(`a/${i}`, bytes)).toBe('stored');
        expect(Buffer.compare((await store.get(`a/${i}`)) ?? Buffer.from('none'), bytes)).toBe(0);
      }
    });

    it('never puts an object over another', async () => {
      expect(await store.putIfAbsent('a/b', Buffer.from('first'))).toBe('stored');
      expect(await store.putIfAbsent('a/b', Buffer.from('second'))).toBe('exists');
      expect(await store.putIfAbsent('a/b', Buffer.from('first'))).toBe('exists');
      expect(text(await store.get('a/b'))).toBe('first');
    });

    it('is not changed by what its users do to their bytes', async () => {
      const bytes = Buffer.from('mine');
      await store.putIfAbsent('a/b', bytes);
      bytes.fill(0);
      (await store.get('a/b'))?.fill(0);
      expect(text(await store.get('a/b'))).toBe('mine');
    });

    it('has exactly one winner among many writers at once, and keeps its bytes', async () => {
      for (let round = 0; round < 10; round += 1) {
        const writers = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(1 + i * 1000));
        const results = await Promise.all(
          writers.map(async (bytes) => await store.putIfAbsent(`r/${round}`, Buffer.from(bytes))),
        );
        expect(results.filter((result) => result === 'stored')).toHaveLength(1);
        expect(text(await store.get(`r/${round}`))).toBe(writers[results.indexOf('stored')]);
      }
    });

    it('lists keys under a prefix in byte order, whether or not the prefix is a folder', async () => {
      const keys = ['a-b/1', 'a.b', 'a/B', 'a/b', 'a/b.c/1', 'a/b/1', 'a/b/10', 'a/b/2', 'a=b', 'a_b', 'ab'];
      for (const key of keys.toReversed().filter((key) => key !== 'a/b'))
        await store.putIfAbsent(key, Buffer.from(key));
      const stored = keys.filter((key) => key !== 'a/b');
      for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b/', 'a/b/1', 'a-', 'a.', 'b', 'a/c/']) {
        const listed = await Array.fromAsync(store.list(prefix));
        expect(listed).toEqual(stored.filter((key) => key.startsWith(prefix)));
        for (const after of ['a', 'a/b/1', 'a=b'])
          expect(await Array.fromAsync(store.list(prefix, after))).toEqual(
            listed.filter((key) => key > after),
          );
      }
    });

    it('lists an object as soon as it is stored', async () => {
      for (let i = 100; i < 120; i += 1) {
        await store.putIfAbsent(`p/${i}`, Buffer.from('x'));
        expect(await Array.fromAsync(store.list('p/'))).toHaveLength(i - 99);
      }
    });
  });
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}
