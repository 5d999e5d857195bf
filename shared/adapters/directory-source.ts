import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
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
    this.#roots = paths.map((path) => resolve(path));
    this.#except = resolve(except);
  }

  async *list(): AsyncGenerator<LogFileEntry> {
    for (const root of this.#roots) {
      const found = await stat(root).catch(cannot('missing', root, 'there is no such file or folder'));
      if (!found.isDirectory()) {
        yield { key: keyOf(dirname(root), root), size: found.size, locator: root };
        continue;
      }
      for await (const path of this.#walk(root, new Set())) {
        const size = (await stat(path).catch(() => undefined))?.size ?? 0;
        yield { key: keyOf(root, path), size, locator: path };
      }
    }
  }

  async version({ key, locator }: LogFileEntry): Promise<string> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(locator ?? key), hash).catch(
      cannot('unreadable', key, 'the file cannot be read'),
    );
    return `sha256:${hash.digest('hex')}`;
  }

  async read(key: string, version: string): Promise<Uint8Array> {
    let changed = false;
    for (const path of await this.#pathsOf(key)) {
      const bytes = await readFile(path).catch(undefinedIfMissing(key));
      if (bytes === undefined) continue;
      // Two folders may hold different files under one key; the version tells them apart.
      if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` === version) return bytes;
      changed = true;
    }
    if (changed) throw new SourceError('changed', key, 'the file has changed since it was planned');
    throw new SourceError('missing', key, 'the file is gone; put it back and run the same command again');
  }

  /** Every file below `folder`, folders in order of name. */
  async *#walk(folder: string, above: ReadonlySet<string>): AsyncGenerator<string> {
    for (const [path, directory] of await this.#entries(folder, above)) {
      if (directory === undefined) yield path;
      else yield* this.#walk(path, directory);
    }
  }

  /** What lies in a folder: files, and the folders to go on with, each with the real paths above it. */
  async #entries(
    folder: string,
    above: ReadonlySet<string>,
  ): Promise<[string, ReadonlySet<string> | undefined][]> {
    const real = await realpath(folder).catch(cannot('unreadable', folder, 'the folder cannot be read'));
    // A link to a folder above would go round for ever.
    if (folder === this.#except || above.has(real)) return [];
    const names = await readdir(folder).catch(cannot('unreadable', folder, 'the folder cannot be read'));
    const below = new Set([...above, real]);
    const entries: [string, ReadonlySet<string> | undefined][] = [];
    for (const name of names.sort()) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      entries.push([path, found?.isDirectory() === true ? below : undefined]);
    }
    return entries;
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
      else if ((await stat(root)).isDirectory()) await this.#collectBases(root, new Set(), bases);
    }
    return bases;
  }

  async #collectBases(folder: string, above: ReadonlySet<string>, bases: string[]): Promise<void> {
    for (const [path, directory] of await this.#entries(folder, above)) {
      if (directory === undefined) continue;
      if (basename(path) === AWS_LOGS) bases.push(folder);
      else await this.#collectBases(path, directory, bases);
    }
  }
}

const AWS_LOGS = 'AWSLogs';

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

function undefinedIfMissing(key: string): (error: unknown) => undefined {
  const fail = cannot('unreadable', key, 'the file cannot be read');
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') fail(error);
  };
}
