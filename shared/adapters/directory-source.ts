import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { SourceError, type LogFileEntry, type LogFileSource, type SourceErrorCode } from '../jobs/ports.ts';

/**
 * Log files in folders. A file's key is its path below the folder that was named, with `/` between the parts; where the path goes
 * through `AWSLogs`, the key starts there, as in the bucket, so that the same file has the same key whichever folder above it is named.
 */
export class DirectorySource implements LogFileSource {
  readonly #roots: readonly string[];
  readonly #except: string;
  #bases: Promise<readonly string[]> | undefined;

  /** `paths` are folders or files; whatever lies under `except` (the lake itself) is not looked at. */
  constructor(paths: readonly string[], except: string) {
    const roots = [...new Set(paths.map((path) => resolve(path)))];
    // A place below another one is looked at with it, not twice under two keys.
    this.#roots = roots.filter((root) => !roots.some((other) => root.startsWith(`${other}${sep}`)));
    this.#except = resolve(except);
  }

  async *list(): AsyncGenerator<LogFileEntry> {
    // All of them first: a slip in the last argument should not come after an hour's work.
    for (const root of this.#roots)
      await stat(root).catch(cannot('missing', root, 'there is no such file or folder'));
    for (const root of this.#roots) {
      const found = await stat(root).catch(cannot('missing', root, 'there is no such file or folder'));
      if (!found.isDirectory()) {
        yield { key: keyOf(dirname(root), root), size: found.size, locator: root };
        continue;
      }
      for await (const path of this.#walk(root, new Set())) {
        yield { key: keyOf(root, path), size: statOr(path)?.size ?? 0, locator: path };
      }
    }
  }

  version({ key, locator }: LogFileEntry): Promise<string> {
    return new Promise((resolve) => {
      resolve(versionOf(sha256Of(locator ?? key, key)));
    });
  }

  async read(key: string, version: string): Promise<Uint8Array> {
    let changed = false;
    for (const path of await this.#pathsOf(key)) {
      const bytes = readIfThere(path, key);
      if (bytes === undefined) continue;
      // Two folders may hold different files under one key; the version tells them apart.
      if (versionOf(hash('sha256', bytes)) === version) return bytes;
      changed = true;
    }
    if (changed) throw new SourceError('changed', key, 'the file has changed since it was planned');
    throw new SourceError('missing', key, 'the file is gone; put it back and run the same command again');
  }

  /** Every file below `folder`, in order of name. */
  async *#walk(folder: string, above: ReadonlySet<string>): AsyncGenerator<string> {
    const { names, folders, below } = await this.#entries(folder, above);
    for (const name of names) {
      const path = join(folder, name);
      if (folders.has(name)) yield* this.#walk(path, below);
      else yield path;
    }
  }

  /** What lies in a folder. A day's log files are hundreds of thousands: of those there is a name each, and no more. */
  async #entries(folder: string, above: ReadonlySet<string>): Promise<FolderEntries> {
    const real = await realpath(folder).catch(undefinedIfGone(folder));
    // A link to a folder above would go round for ever. The lake may have been made meanwhile, or go by another name here.
    const except = await realpath(this.#except).catch(() => this.#except);
    if (real === undefined || real === except || above.has(real)) return NOTHING;
    const found = (await readdir(folder, { withFileTypes: true }).catch(undefinedIfGone(folder))) ?? [];
    const names: string[] = [];
    const folders = new Set<string>();
    for (const entry of found) {
      names.push(entry.name);
      const isFolder = entry.isSymbolicLink()
        ? statOr(join(folder, entry.name))?.isDirectory() === true
        : entry.isDirectory();
      if (isFolder) folders.add(entry.name);
    }
    return { names: names.sort(), folders, below: new Set([...above, real]) };
  }

  /** Where the file with this key may lie: below a root, or below a folder that holds an `AWSLogs`. */
  async #pathsOf(key: string): Promise<Iterable<string>> {
    this.#bases ??= this.#findBases();
    const folders = this.#roots.flatMap((root) => [root, dirname(root)]);
    return new Set([...folders, ...(await this.#bases)].map((base) => join(base, key)));
  }

  /** The folders that hold an `AWSLogs`: above the roots, and below them. */
  async #findBases(): Promise<readonly string[]> {
    const bases: string[] = [];
    for (const root of this.#roots) {
      const parts = root.split(sep);
      const at = parts.indexOf(AWS_LOGS);
      if (at !== -1) bases.push(parts.slice(0, at).join(sep) || sep);
      else if ((await stat(root).catch(() => undefined))?.isDirectory() === true)
        await this.#collectBases(root, new Set(), bases);
    }
    return bases;
  }

  async #collectBases(folder: string, above: ReadonlySet<string>, bases: string[]): Promise<void> {
    const { folders, below } = await this.#entries(folder, above);
    for (const name of [...folders].sort()) {
      if (name === AWS_LOGS) bases.push(folder);
      else await this.#collectBases(join(folder, name), below, bases);
    }
  }
}

interface FolderEntries {
  /** In order. */
  readonly names: readonly string[];
  /** Those of them that are folders, or links to one. */
  readonly folders: ReadonlySet<string>;
  /** The real paths of this folder and those above it. */
  readonly below: ReadonlySet<string>;
}

const NOTHING: FolderEntries = { names: [], folders: new Set(), below: new Set() };

const AWS_LOGS = 'AWSLogs';

/** Of what a path leads to; undefined if it can't be told. Reading it says why. */
function statOr(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function keyOf(root: string, path: string): string {
  const parts = path.split(sep);
  const awsLogs = parts.indexOf(AWS_LOGS);
  return (awsLogs === -1 ? relative(root, path).split(sep) : parts.slice(awsLogs)).join('/');
}

function cannot(code: SourceErrorCode, key: string, detail: string): (cause: unknown) => never {
  return (cause) => {
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new SourceError(code, key, `${detail}${reason}`, { cause });
  };
}

/** For folders that are walked: one that went away meanwhile holds nothing. */
function undefinedIfGone(folder: string): (cause: unknown) => undefined {
  const fail = cannot('unreadable', folder, 'the folder cannot be read');
  return (cause) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) fail(cause);
  };
}

function versionOf(sha256: string): string {
  return `sha256:${sha256}`;
}

/** Nearly every log file fits into one read. */
const CHUNK = Buffer.allocUnsafe(1024 * 1024);

/**
 * SHA-256 of a file, in constant memory. Synchronous, like every read here: log files are small and many, and the way through the
 * thread pool and back takes longer than reading one (a third of an ingest run was spent waiting for it).
 */
function sha256Of(path: string, key: string): string {
  let file: number | undefined;
  try {
    // Pipes and devices may have no end, and opening a pipe waits for its writer unless told not to.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) throw new SourceError('unreadable', key, 'not a file');
    const sha256 = createHash('sha256');
    for (let read = readSync(file, CHUNK); read > 0; read = readSync(file, CHUNK)) {
      sha256.update(CHUNK.subarray(0, read));
    }
    return sha256.digest('hex');
  } catch (error) {
    if (error instanceof SourceError) throw error;
    return cannot('unreadable', key, 'the file cannot be read')(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The whole file; undefined if no file is there. */
function readIfThere(path: string, key: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    return cannot('unreadable', key, 'the file cannot be read')(error);
  }
}
