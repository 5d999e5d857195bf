import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirectorySource } from '../../shared/adapters/directory-source.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';

const DAY = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21';
const KEYS = [`${DAY}/a.json.gz`, `${DAY}/b.json.gz`];

/** key → text, read the way ingest does: list, version, read. */
async function textsOf(places: readonly string[], except = '/nowhere'): Promise<Record<string, string>> {
  const source = new DirectorySource(places, except);
  const texts: Record<string, string> = {};
  for (const entry of await Array.fromAsync(source.list())) {
    // Another instance, as in a worker thread: what it needs it must find by key alone.
    const bytes = await new DirectorySource(places, except).read(entry.key, await source.version(entry));
    texts[entry.key] = Buffer.from(bytes).toString();
  }
  return texts;
}

async function keysOf(places: readonly string[], except = '/nowhere'): Promise<string[]> {
  const entries = await Array.fromAsync(new DirectorySource(places, except).list());
  return entries.map(({ key }) => key);
}

describe('keys of files in folders', () => {
  it.each([
    '.',
    'backup',
    'backup/my-bucket',
    'backup/my-bucket/AWSLogs',
    `backup/my-bucket/AWSLogs/111122223333/CloudTrail`,
    `backup/my-bucket/${DAY}`,
  ])('start at AWSLogs when %s is named', async (named) => {
    const folder = await scratchFolder();
    await writeFiles(
      join(folder, 'backup/my-bucket'),
      KEYS.map((key) => [key, key]),
    );
    expect(await textsOf([join(folder, named)])).toEqual(Object.fromEntries(KEYS.map((key) => [key, key])));
  });

  it('start at AWSLogs when the file itself is named', async () => {
    const folder = await scratchFolder();
    await writeFiles(
      folder,
      KEYS.map((key) => [key, key]),
    );
    expect(await textsOf(KEYS.map((key) => join(folder, key)))).toEqual(
      Object.fromEntries(KEYS.map((key) => [key, key])),
    );
  });

  it('do not depend on how the folder is written', async () => {
    const folder = await scratchFolder();
    await writeFiles(
      folder,
      KEYS.map((key) => [key, key]),
    );
    for (const place of [
      relative(process.cwd(), folder),
      `${folder}/`,
      `${folder}/AWSLogs/..`,
      `${folder}//./`,
    ]) {
      expect(Object.keys(await textsOf([place]))).toEqual(KEYS);
    }
  });

  it('start below the folder that was named where there is no AWSLogs', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [
      ['in/x/1.json', 'one'],
      ['in/2.json', 'two'],
    ]);
    expect(await textsOf([join(folder, 'in')])).toEqual({ 'x/1.json': 'one', '2.json': 'two' });
    expect(await textsOf([join(folder, 'in/x/1.json')])).toEqual({ '1.json': 'one' });
  });

  it('are found below several buckets, an AWSLogs within an AWSLogs, and a linked one', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [
      [`one/${DAY}/1.json`, '1'],
      [`two/prefix/${DAY}/2.json`, '2'],
      ['three/AWSLogs/x/AWSLogs/3.json', '3'],
      [`elsewhere/${DAY}/4.json`, '4'],
    ]);
    await mkdir(join(folder, 'all'));
    for (const name of ['one', 'two', 'three']) await rename(join(folder, name), join(folder, 'all', name));
    await mkdir(join(folder, 'all/linked'));
    await symlink(join(folder, 'elsewhere/AWSLogs'), join(folder, 'all/linked/AWSLogs'));
    expect(await textsOf([join(folder, 'all')])).toEqual({
      [`${DAY}/1.json`]: '1',
      [`${DAY}/2.json`]: '2',
      'AWSLogs/x/AWSLogs/3.json': '3',
      [`${DAY}/4.json`]: '4',
    });
  });
});

describe('two folders with the same key', () => {
  it('give each its own version, and each version its own bytes', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [
      [`one/${DAY}/a.json`, 'first'],
      [`two/${DAY}/a.json`, 'second'],
    ]);
    const source = new DirectorySource([join(folder, 'one'), join(folder, 'two')], '/nowhere');
    const texts: string[] = [];
    for await (const entry of source.list()) {
      expect(entry.key).toBe(`${DAY}/a.json`);
      texts.push(Buffer.from(await source.read(entry.key, await source.version(entry))).toString());
    }
    expect(texts).toEqual(['first', 'second']);
  });
});

describe('what lies about in folders', () => {
  it('is no endless loop where links go round', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [['a/b/1.json', '1']]);
    await symlink(folder, join(folder, 'a/b/up'));
    await symlink('.', join(folder, 'a/self'));
    await symlink('b', join(folder, 'a/again'));
    expect(await keysOf([folder])).toContain('a/b/1.json');
    expect((await keysOf([folder])).length).toBeLessThan(10);
  });

  it('is told as an unreadable log file if it is a dangling link, a pipe or a device', async () => {
    const folder = await scratchFolder();
    await symlink('nothing', join(folder, 'dangling.json'));
    await symlink('loop.json', join(folder, 'loop.json'));
    await symlink('/dev/zero', join(folder, 'zero.json'));
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    const source = new DirectorySource([folder], '/nowhere');
    const entries = await Array.fromAsync(source.list());
    expect(entries.map(({ key }) => key)).toEqual(['dangling.json', 'loop.json', 'pipe.json', 'zero.json']);
    for (const entry of entries) {
      await expect(source.version(entry)).rejects.toMatchObject({ name: 'SourceError', code: 'unreadable' });
    }
  });

  it('is not read as log files if it is the lake, under whatever name', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [
      ['logs/1.json', '1'],
      ['logs/lake/receipts/1.json', '{}'],
      ['logs/lakes/2.json', '2'],
    ]);
    await symlink(join(folder, 'logs'), join(folder, 'link'));
    await symlink(join(folder, 'logs/lake'), join(folder, 'logs/zlink'));
    const keys = ['1.json', 'lakes/2.json'];
    expect(await keysOf([join(folder, 'logs')], join(folder, 'logs/lake'))).toEqual(keys);
    expect(await keysOf([join(folder, 'logs')], `${folder}/logs/lake/`)).toEqual(keys);
    expect(await keysOf([join(folder, 'link')], join(folder, 'logs/lake'))).toEqual(keys);
    expect(await keysOf([join(folder, 'logs')], join(folder, 'link/lake'))).toEqual(keys);
    expect(await keysOf([join(folder, 'logs')], join(folder, 'logs/zlink'))).toEqual(keys);
  });

  it('is missing, and nothing worse, if a file that was named is gone', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [
      ['a.json', 'a'],
      ['b.json', 'b'],
    ]);
    const source = new DirectorySource([join(folder, 'a.json'), join(folder, 'b.json')], '/nowhere');
    const [a, b] = await Promise.all(
      (await Array.fromAsync(source.list())).map((entry) => source.version(entry)),
    );
    await rm(join(folder, 'a.json'));
    await expect(source.read('a.json', a ?? '')).rejects.toMatchObject({
      name: 'SourceError',
      code: 'missing',
    });
    expect(Buffer.from(await source.read('b.json', b ?? '')).toString()).toBe('b');
  });

  it('is passed over if it is a folder that vanishes while the folders are walked', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [
      ['a/1.json', '1'],
      ['b/2.json', '2'],
      ['c/3.json', '3'],
    ]);
    const keys: string[] = [];
    for await (const { key } of new DirectorySource([folder], '/nowhere').list()) {
      keys.push(key);
      await rm(join(folder, 'b'), { recursive: true, force: true });
    }
    expect(keys).toEqual(['a/1.json', 'c/3.json']);
  });

  it('is told by name if it is not there at all', async () => {
    const source = new DirectorySource(['/no/such/folder'], '/nowhere');
    await expect(Array.fromAsync(source.list())).rejects.toMatchObject({
      name: 'SourceError',
      code: 'missing',
    });
  });

  it.skipIf(process.getuid?.() === 0)('is told as unreadable if it may not be read', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [['a.json', 'x']]);
    const source = new DirectorySource([folder], '/nowhere');
    const [entry] = await Array.fromAsync(source.list());
    if (entry === undefined) throw new Error('nothing listed');
    const version = await source.version(entry);
    await chmod(join(folder, 'a.json'), 0);
    await expect(source.version(entry)).rejects.toMatchObject({ code: 'unreadable' });
    await expect(source.read('a.json', version)).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('is told as an unreadable log file if its name is not UTF-8', async () => {
    const folder = await scratchFolder();
    await writeFile(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xe9]), Buffer.from('.json')]),
      '{}',
    );
    const source = new DirectorySource([folder], '/nowhere');
    const [entry] = await Array.fromAsync(source.list());
    const asked = entry === undefined ? undefined : source.version(entry);
    await expect(asked).rejects.toMatchObject({ name: 'SourceError', code: 'unreadable' });
  });
});
