import { ALL_VIEWS } from '../core/views/all-views.ts';
import { viewSql } from '../core/views/view.ts';
import { isWord, tokenize } from '../core/sql-tokens.ts';
import { toDuckdbSql } from './athena-sql/trino-dialect.ts';

/**
 * Mounts views of `cloudtrail_logs` on a connection that has Trino's macros, each when a query first names it: DuckDB binds a view's
 * whole query when it is made, which for all of them takes longer than a small lake takes to be opened.
 */
export class DuckdbViews {
  readonly #run: (sql: string) => Promise<unknown>;
  readonly #unmounted: Map<string, string>;
  /** What else a query can name. */
  readonly names: readonly string[];

  /** `taken` are names under which the lake itself is mounted; they stay what they are. */
  constructor(run: (sql: string) => Promise<unknown>, taken: readonly string[]) {
    const views = ALL_VIEWS.filter(({ name }) => !taken.includes(name));
    this.#run = run;
    this.#unmounted = new Map(views.map((view) => [view.name, viewSql(view)]));
    this.names = views.map(({ name }) => name);
  }

  /** Mounts what `sql` names; everything, where it asks what there is. */
  async mountFor(sql: string): Promise<void> {
    if (this.#unmounted.size === 0) return;
    const { tokens } = tokenize(sql);
    const named = new Set(tokens.map(({ text }) => text.replaceAll('"', '').toLowerCase()));
    const all = isWord(tokens[0], 'show') || named.has('information_schema');
    for (const [name, query] of this.#unmounted) {
      if (!all && !named.has(name)) continue;
      await this.#run(`CREATE VIEW "${name}" AS ${toDuckdbSql(query)}`);
      this.#unmounted.delete(name);
    }
  }
}
