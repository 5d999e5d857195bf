import { filledIn } from './filled-in.ts';
import type { PublishedQuery } from './published-queries.ts';
import type { Source } from './sources.ts';
import { reasonOf, type Verdict } from './verdict.ts';

/** Runs one query to its end. Throws what the engine says. */
export type Ask = (sql: string) => Promise<unknown>;

/** Whether the query runs over one of the source's tables, the first that it does; else why not over the last. */
export async function verdictOf(query: PublishedQuery, source: Source, ask: Ask): Promise<Verdict> {
  let said = '';
  for (const table of source.tables) {
    try {
      await ask(filledIn(query.text, source, table));
      return { runsOver: table };
    } catch (error) {
      said = error instanceof Error ? error.message : String(error);
    }
  }
  return { reason: reasonOf(said) };
}
