import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SourceError } from '../jobs/ports.ts';
import { MAX_OBJECT_BYTES, type Evidence, type EvidenceStore } from '../jobs/evidence.ts';

/** What reading says of a name that stands for no file. */
const NOT_THERE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/** A downloaded trail: a folder that has `AWSLogs` in it, as `aws s3 sync` makes it. Metadata, and with it signatures, stay behind in the bucket. */
export class DirectoryEvidence implements EvidenceStore {
  readonly bucket = undefined;
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  async *list(prefix: string, after = ''): AsyncGenerator<string> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (isOutside(folder)) return;
    for await (const key of this.#walk(folder, after))
      if (key.startsWith(prefix) && isBehind(key, after)) yield key;
  }

  async folders(prefix: string): Promise<string[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (isOutside(folder)) return [];
    const entries = await this.#entries(folder);
    return entries
      .filter(({ name }) => name.endsWith('/'))
      .map(({ name }) => `${folder}${name}`)
      .filter((path) => path.startsWith(prefix));
  }

  async read(key: string): Promise<Evidence | undefined> {
    if (isOutside(`${key}/`)) return undefined;
    try {
      const path = join(this.#root, key);
      const { size } = await lstat(path);
      if (size > MAX_OBJECT_BYTES) throw new SourceError('unreadable', key, `it has ${size} bytes`);
      return { bytes: await readFile(path), signature: undefined };
    } catch (error) {
      if (error instanceof SourceError) throw error;
      if (isNotThere(error)) return undefined;
      throw new SourceError('unreadable', key, 'the file cannot be read', { cause: error });
    }
  }

  async *#walk(folder: string, after: string): AsyncGenerator<string> {
    for (const { name, entry } of await this.#entries(folder)) {
      const path = `${folder}${name}`;
      if (entry.isDirectory()) {
        // All that lies in it sorts before what begins as it does and goes on with something greater.
        if (isBehind(path, after) || after.startsWith(path)) yield* this.#walk(path, after);
      } else if (entry.isFile()) yield path;
      // A folder that is a link to elsewhere would pass for one without log files.
      else
        throw new SourceError(
          'unreadable',
          path,
          'it is neither a file nor a folder; copy what it stands for',
        );
    }
  }

  /** As S3 sorts keys: a folder by its name and the slash behind it. Nothing, for a folder that isn't there. */
  async #entries(folder: string): Promise<{ readonly name: string; readonly entry: Dirent }[]> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch(
      (cause: unknown) => {
        if (folder !== '' && isNotThere(cause)) return [];
        throw new SourceError('unreadable', folder, 'the folder cannot be read', { cause });
      },
    );
    const named = entries.map((entry) => ({
      name: entry.isDirectory() ? `${entry.name}/` : entry.name,
      entry,
    }));
    return named.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  }
}

/** What a digest names is its writer's word: it must not lead out of the folder. */
function isOutside(folder: string): boolean {
  const parts = folder.split('/').slice(0, -1);
  return folder.includes('\0') || parts.some((part) => part === '..' || part === '.' || part === '');
}

function isBehind(key: string, after: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_THERE.has(error.code);
}
