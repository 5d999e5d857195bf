import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';

const run = promisify(execFile);
const PUT_MANY = fileURLToPath(new URL('../support/put-many.ts', import.meta.url));

const BAD_KEYS = [
  '',
  '.',
  '..',
  '../a',
  'a/..',
  'a/../../b',
  '/a',
  '/',
  'a/',
  'a//b',
  './a',
  'a/.',
  'a/.b',
  '.a/b',
];
const ODD_KEYS = ['.staging/1-a', 'a\\b', 'a\0b', 'a b', 'é', 'a\n', '~', 'a:b', '%2e%2e/a', 'a/\u2025'];

async function dead(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('a lake in a directory', () => {
  it.each([...BAD_KEYS, ...ODD_KEYS])('refuses the key %j', async (key) => {
    const root = join(await scratchFolder(), 'lake');
    const store = new DirectoryStore(root);
    await expect(store.putIfAbsent(key, Buffer.from('x'))).rejects.toThrow(RangeError);
    await expect(store.get(key)).rejects.toThrow(RangeError);
    await expect(stat(root)).rejects.toThrow('ENOENT');
  });

  it.each(['../', '../lake/', '/', '.staging/', 'a/../'])('does not list under %j', async (prefix) => {
    const folder = await scratchFolder();
    await writeFiles(folder, [
      ['outside', 'x'],
      ['lake/a/b', 'x'],
      ['lake/.staging/1-a', 'x'],
    ]);
    const store = new DirectoryStore(join(folder, 'lake'));
    await expect(Array.fromAsync(store.list(prefix))).rejects.toThrow(RangeError);
  });

  it('keeps an object as a file under its key, and nothing else', async () => {
    const root = await scratchFolder();
    const store = new DirectoryStore(root);
    await Promise.all(
      ['a', 'b'].map(async (bytes) => await store.putIfAbsent('x/y=1/z.json', Buffer.from(bytes))),
    );
    expect(await readFile(join(root, 'x/y=1/z.json'), 'utf8')).toMatch(/^[ab]$/);
    expect((await readdir(root)).sort()).toEqual(['.staging', 'x']);
    expect(await readdir(join(root, '.staging'))).toEqual([]);
  });

  it('shows an object whole or not at all, also to those who look while it is written', async () => {
    const store = new DirectoryStore(await scratchFolder());
    const bytes = Buffer.alloc(20_000_000, 1);
    const put = store.putIfAbsent('a/b', bytes);
    let seen: number | undefined;
    while (seen === undefined) seen = (await store.get('a/b'))?.length;
    expect(seen).toBe(bytes.length);
    expect(await put).toBe('stored');
  });

  it('does not list what is hidden or could be no key', async () => {
    const root = await scratchFolder();
    await writeFiles(
      root,
      ['.DS_Store', 'a/.b', 'a/b c', 'a/b', '.git/x'].map((path) => [path, 'x']),
    );
    expect(await Array.fromAsync(new DirectoryStore(root).list(''))).toEqual(['a/b']);
  });

  it('throws if it cannot be read, rather than to seem empty', async () => {
    const folder = await scratchFolder();
    await writeFile(join(folder, 'lake'), 'a file');
    const store = new DirectoryStore(join(folder, 'lake'));
    await expect(Array.fromAsync(store.list('plans/'))).rejects.toThrow('ENOTDIR');
    await expect(store.putIfAbsent('a', Buffer.from('x'))).rejects.toThrow(/EEXIST|ENOTDIR/);
    await symlink(join(folder, 'loop'), join(folder, 'loop'));
    await expect(new DirectoryStore(join(folder, 'loop')).get('a')).rejects.toThrow('ELOOP');
  });

  it('leaves no staged file behind if the object cannot be stored', async () => {
    const root = await scratchFolder();
    await writeFiles(root, [['a', 'a file where a folder should be']]);
    await expect(new DirectoryStore(root).putIfAbsent('a/b', Buffer.from('x'))).rejects.toThrow(
      /EEXIST|ENOTDIR/,
    );
    expect(await readdir(join(root, '.staging'))).toEqual([]);
  });

  it('sweeps away what dead processes left, and leaves what living ones are writing', async () => {
    const root = await scratchFolder();
    const mine = `${process.pid}-aaaa`;
    const staged = [mine, `${await dead()}-bbbb`, `${await dead()}-cccc`, 'stranger'];
    await writeFiles(root, [
      ...staged.map((name): [string, string] => [`.staging/${name}`, 'x']),
      ['a/b', 'x'],
    ]);
    await new DirectoryStore(root).sweep();
    expect((await readdir(join(root, '.staging'))).sort()).toEqual([mine, 'stranger'].sort());
    expect(await readFile(join(root, 'a/b'), 'utf8')).toBe('x');
  });

  it('sweeps nothing where there is no lake yet', async () => {
    const root = join(await scratchFolder(), 'lake');
    await new DirectoryStore(root).sweep();
    await expect(stat(root)).rejects.toThrow('ENOENT');
  });

  it('has one winner a key among processes', async () => {
    const root = await scratchFolder();
    await mkdir(join(root, 'k'));
    const names = ['a', 'b', 'c'];
    const outputs = await Promise.all(
      names.map(async (name) => await run(process.execPath, [PUT_MANY, root, '60', name])),
    );
    const won = outputs.map(({ stdout }) => JSON.parse(stdout) as number[]);
    expect(won.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    for (const [i, keys] of won.entries()) {
      for (const key of keys) {
        expect(await readFile(join(root, `k/${key}`), 'utf8')).toBe((names[i] ?? '').repeat(1000));
      }
    }
    expect(await readdir(join(root, '.staging'))).toEqual([]);
  });
});
