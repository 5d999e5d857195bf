import { readFileSync } from 'node:fs';
import { publishedQueries, type PublishedQuery } from './published-queries.ts';
import { SOURCES, type Source } from './sources.ts';
import type { Verdict } from './verdict.ts';

/** What is recorded of a published query: everything but its text. */
export interface Entry {
  /** The source's folder. */
  readonly source: string;
  readonly file: string;
  readonly position: number;
  readonly sha256: string;
  readonly duckdb: Verdict;
  /** Undefined where it wasn't tried. */
  readonly trino?: Verdict | undefined;
}

/** Recorded by `npm run test:published`. */
export const CATALOGUE = new URL('../../fixtures/published-verdicts.json', import.meta.url);

export function catalogue(): Entry[] {
  return JSON.parse(readFileSync(CATALOGUE, 'utf8')) as Entry[];
}

/** Every query of every source that stands below `root`. */
export function textsBelow(root: string): { readonly source: Source; readonly query: PublishedQuery }[] {
  return SOURCES.flatMap((source) => publishedQueries(root, source).map((query) => ({ source, query })));
}

/** A query's name: where it stands. */
export function nameOf({ source, file, position }: Pick<Entry, 'source' | 'file' | 'position'>): string {
  return `${source}/${file}#${String(position)}`;
}
