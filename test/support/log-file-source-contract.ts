import { describe, expect, it } from 'vitest';
import { SourceError, type LogFileEntry, type LogFileSource } from '../../shared/jobs/ports.ts';

/** A source whose files the test can change. */
export interface SourceUnderTest {
  readonly source: LogFileSource;
  readonly write: (key: string, bytes: string) => Promise<void> | void;
  readonly remove: (key: string) => Promise<void> | void;
}

const KEY = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/a.json';

const ODD_NAMES = [
  'with space.json',
  'a+b.json',
  '50%.json',
  '%2e%2e.json',
  'é.json',
  '日本/文.json',
  'quo\'te".json',
  'new\nline.json',
  '#?&=.json',
  'back\\slash.json',
  '-dash.json',
  '..a/...json',
];

/** What every source of log files must do. `empty` makes a fresh one. */
export function logFileSourceContract(name: string, empty: () => Promise<SourceUnderTest>): void {
  describe(`${name}, as a source of log files`, () => {
    it('lists nothing where nothing is', async () => {
      const { source } = await empty();
      expect(await Array.fromAsync(source.list())).toEqual([]);
    });

    it('lists keys and sizes, those of one folder together and sorted', async () => {
      const { source, write } = await empty();
      const keys = ['b/2.json', 'a/1.json', 'b/10.json', 'b/1.json', 'c.txt'];
      for (const [size, key] of keys.entries()) await write(key, 'x'.repeat(size));
      const listed = (await Array.fromAsync(source.list())).map(({ key, size }) => [key, size]);
      expect(listed).toEqual([
        ['a/1.json', 1],
        ['b/1.json', 3],
        ['b/10.json', 2],
        ['b/2.json', 0],
        ['c.txt', 4],
      ]);
    });

    it.each(ODD_NAMES)('lists and reads %j', async (odd) => {
      const { source, write } = await empty();
      for (const key of [odd, `AWSLogs/${odd}`]) await write(key, `bytes of ${key}`);
      const entries = await Array.fromAsync(source.list());
      expect(entries.map(({ key }) => key).sort()).toEqual([odd, `AWSLogs/${odd}`].sort());
      for (const entry of entries) expect(await readText(source, entry)).toBe(`bytes of ${entry.key}`);
    });

    it('gives the same bytes the same version and other bytes another', async () => {
      const { source, write } = await empty();
      await write('a.json', 'one');
      await write('b.json', 'one');
      await write('c.json', 'two');
      const versions = [];
      for await (const entry of source.list()) versions.push(entry.version ?? (await source.version(entry)));
      expect(versions[0]).toBe(versions[1]);
      expect(versions[2]).not.toBe(versions[0]);
    });

    it('says that a file has changed since', async () => {
      const { source, write } = await empty();
      await write(KEY, 'one');
      const version = await versionOfOnly(source);
      await write(KEY, 'two');
      await expect(source.read(KEY, version)).rejects.toMatchObject({ code: 'changed', key: KEY });
      await expect(source.read(KEY, version)).rejects.toBeInstanceOf(SourceError);
      await write(KEY, 'one');
      expect(Buffer.from(await source.read(KEY, version)).toString()).toBe('one');
    });

    it('says that a file is missing, and finds it again once it is back', async () => {
      const { source, write, remove } = await empty();
      await write(KEY, 'one');
      const version = await versionOfOnly(source);
      await remove(KEY);
      await expect(source.read(KEY, version)).rejects.toMatchObject({ code: 'missing', key: KEY });
      await write(KEY, 'one');
      expect(Buffer.from(await source.read(KEY, version)).toString()).toBe('one');
    });

    it('throws a SourceError for a file that vanished behind the listing, at its version or at its bytes', async () => {
      const { source, write, remove } = await empty();
      await write(KEY, 'one');
      const [entry] = await Array.fromAsync(source.list());
      await remove(KEY);
      const asked = entry && source.version(entry).then((version) => source.read(entry.key, version));
      await expect(asked).rejects.toMatchObject({ name: 'SourceError', key: KEY });
    });
  });
}

async function readText(source: LogFileSource, entry: LogFileEntry): Promise<string> {
  const version = entry.version ?? (await source.version(entry));
  return Buffer.from(await source.read(entry.key, version)).toString();
}

async function versionOfOnly(source: LogFileSource): Promise<string> {
  const [entry] = await Array.fromAsync(source.list());
  if (entry === undefined) throw new Error('nothing listed');
  return entry.version ?? (await source.version(entry));
}
