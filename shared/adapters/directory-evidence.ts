import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SourceError } from '../jobs/ports.ts';
import { MAX_OBJECT_BYTES, type Evidence, type EvidenceStore } from '../jobs/verify-trail.ts';

/** What reading says of a name that stands for no file. */
const NOT_THERE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/** A downloaded trail: a folder that has `AWSLogs` in it, as `aws s3 sync` makes it. Metadata, and with it signatures, stay behind in the bucket. */
export class DirectoryEvidence implements EvidenceStore {
  readonly bucket = undefined;
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  async *list(): AsyncGenerator<string> {
    yield* this.#walk('');
  }

  async read(key: string): Promise<Evidence | undefined> {
    // What a digest names is its writer's word: it must not lead out of the folder.
    if (key.includes('\0') || key.split('/').some((part) => part === '..' || part === '.' || part === ''))
      return undefined;
    try {
      const path = join(this.#root, key);
      const { size } = await lstat(path);
      if (size > MAX_OBJECT_BYTES) throw new SourceError('unreadable', key, `it has ${size} bytes`);
      return { bytes: await readFile(path), signature: undefined };
    } catch (error) {
      if (error instanceof SourceError) throw error;
      if (error instanceof Error && 'code' in error && NOT_THERE.has(error.code)) return undefined;
      throw new SourceError('unreadable', key, 'the file cannot be read', { cause: error });
    }
  }

  async *#walk(folder: string): AsyncGenerator<string> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch(
      (cause: unknown) => {
        throw new SourceError('unreadable', folder, 'the folder cannot be read', { cause });
      },
    );
    const named = entries.map((entry) => ({
      name: entry.isDirectory() ? `${entry.name}/` : entry.name,
      entry,
    }));
    // As S3 sorts keys: a folder by its name and the slash behind it.
    named.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
    for (const { name, entry } of named) {
      if (entry.isDirectory()) yield* this.#walk(`${folder}${name}`);
      else if (entry.isFile()) yield `${folder}${name}`;
      // A folder that is a link to elsewhere would pass for one without log files.
      else
        throw new SourceError(
          'unreadable',
          `${folder}${name}`,
          'it is neither a file nor a folder; copy what it stands for',
        );
    }
  }
}
