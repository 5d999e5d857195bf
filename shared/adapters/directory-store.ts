import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ObjectStore } from '../jobs/ports.ts';

/** Objects being written; outside every prefix that a reader of the lake looks under. */
const STAGING = '.staging';

/** Keys a directory can hold as they are: no empty, `.` or `..` part, nothing hidden. */
const SAFE_KEY = /^(?:[A-Za-z0-9_=-][A-Za-z0-9._=-]*\/)*[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/;

/** A lake in a directory: one file an object, under its key. */
export class DirectoryStore implements ObjectStore {
  readonly #root: string;
  /** Folders whose names are known to be on disk. */
  readonly #flushed = new Set<string>();

  /** `root` is made when something is stored. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#path(key));
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /**
   * Written aside, flushed to disk, then linked under its name: `link` fails where a file stands, so the object appears whole,
   * once, and never over another. A crash leaves at most a file in `.staging`.
   */
  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    const path = this.#path(key);
    const folder = dirname(path);
    const staged = join(this.#root, STAGING, `${process.pid}-${randomUUID()}`);
    await mkdir(join(this.#root, STAGING), { recursive: true });
    await mkdir(folder, { recursive: true });
    await writeDurably(staged, bytes);
    const outcome = await linkIfAbsent(staged, path).finally(() => rm(staged, { force: true }));
    // Whoever finds the object there builds on it too, and its writer may have died before this.
    await flushFolder(folder);
    await this.#flushAbove(folder);
    return outcome;
  }

  async *list(prefix: string, after = ''): AsyncGenerator<string> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder !== '' && !SAFE_KEY.test(folder.slice(0, -1))) throw notAKey(prefix);
    // Keys of a directory are ASCII: compared as strings, they are in byte order.
    for await (const key of this.#walk(folder)) {
      if (key.startsWith(prefix) && key > after) yield key;
    }
  }

  /** Removes what writers that died left behind. Those of living processes stay. */
  async sweep(): Promise<void> {
    const staging = join(this.#root, STAGING);
    for (const name of await namesIn(staging)) {
      if (!isAlive(Number(name.split('-', 1)[0]))) await rm(join(staging, name), { force: true });
    }
  }

  async *#walk(folder: string): AsyncGenerator<string> {
    const entries = await entriesIn(join(this.#root, folder));
    for (const { name, directory } of entries) {
      if (directory) yield* this.#walk(`${folder}${name}/`);
      else yield `${folder}${name}`;
    }
  }

  #path(key: string): string {
    if (!SAFE_KEY.test(key)) throw notAKey(key);
    return join(this.#root, key);
  }

  /** Puts a folder's own name on disk, and those above it up to the root, whoever made them; once. */
  async #flushAbove(folder: string): Promise<void> {
    if (folder === this.#root || this.#flushed.has(folder)) return;
    await flushFolder(dirname(folder));
    await this.#flushAbove(dirname(folder));
    this.#flushed.add(folder);
  }
}

function notAKey(key: string): RangeError {
  return new RangeError(`not a key of the lake: ${JSON.stringify(key)}`);
}

/** Sorted so that whole keys come in byte order: a folder sorts by its name and the slash behind it. */
async function entriesIn(folder: string): Promise<{ name: string; directory: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(emptyIfMissing);
  return entries
    .filter((entry) => SAFE_KEY.test(entry.name))
    .map((entry) => ({ name: entry.name, directory: entry.isDirectory() }))
    .sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
}

function sortKey({ name, directory }: { name: string; directory: boolean }): Buffer {
  return Buffer.from(directory ? `${name}/` : name);
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(emptyIfMissing);
}

function emptyIfMissing(error: unknown): [] {
  if (isCode(error, 'ENOENT')) return [];
  throw error;
}

/** Leaves no half-written file behind. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function linkIfAbsent(staged: string, path: string): Promise<'stored' | 'exists'> {
  try {
    await link(staged, path);
    return 'stored';
  } catch (error) {
    if (isCode(error, 'EEXIST')) return 'exists';
    throw error;
  }
}

/** The new name is on disk only when its folder is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
