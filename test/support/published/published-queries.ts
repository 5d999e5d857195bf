import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from './sources.ts';
import { statementsOf } from './statements.ts';

/** One query of a source, as it stands there. */
export interface PublishedQuery {
  /** The file below the source's folder. */
  readonly file: string;
  /** Its place among the file's queries, from 1. */
  readonly position: number;
  readonly text: string;
  /** SHA-256 of the text with its line ends as LF, in hexadecimal. */
  readonly sha256: string;
}

/** Every query of the source that stands below `root`; none where the source isn't there. */
export function publishedQueries(root: string, source: Source): PublishedQuery[] {
  const folder = join(root, source.folder);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return names.flatMap((file) => {
    const kind = source.files.find(({ match }) => match.test(file));
    if (kind === undefined) return [];
    const page = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return statementsOf(page, kind.split).map((text, index) => ({
      file,
      position: index + 1,
      text,
      sha256: createHash('sha256').update(text).digest('hex'),
    }));
  });
}
