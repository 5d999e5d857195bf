import { parseCompactedKey, partitionPrefix, type Partition } from '../core/lake-keys.ts';

/** A partition as the catalogue of a query engine holds it. */
export interface CataloguedPartition {
  readonly partition: Partition;
  /** Where its Parquet objects lie: a URL that ends in a slash. */
  readonly location: string;
}

/** What the catalogue made of one partition: `exists` has not been looked at; it may lie elsewhere. */
export type AddOutcome =
  | { readonly kind: 'added' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'refused'; readonly error: Error };

/** The same of one that was to move. */
export type MoveOutcome =
  | { readonly kind: 'moved' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly error: Error };

/** The partitions of one table: AWS Glue's, or in memory. */
export interface Catalogue {
  /** One outcome for each, in order. Throws `CatalogueError` if the catalogue can't be used. */
  add(partitions: readonly CataloguedPartition[]): Promise<readonly AddOutcome[]>;
  /** Moves each to its location, in one step that no query sees the middle of. One outcome for each, in order. Throws `CatalogueError`. */
  move(partitions: readonly CataloguedPartition[]): Promise<readonly MoveOutcome[]>;
  /** Where each lies, in order; undefined for one that isn't there. Throws `CatalogueError`. */
  locations(partitions: readonly Partition[]): Promise<readonly (string | undefined)[]>;
}

export type CatalogueErrorCode = 'no-table' | 'denied' | 'unavailable' | 'refused' | 'elsewhere';

/** A partition, or all of them, that can't be registered (now). */
export class CatalogueError extends Error {
  readonly code: CatalogueErrorCode;

  constructor(code: CatalogueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CatalogueError';
    this.code = code;
  }
}

/** What became of one partition. Only `failed` is to be tried again. */
export type RegistrationOutcome =
  | { readonly kind: 'added' }
  /** It was there, at this place. */
  | { readonly kind: 'known' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** How long a partition is taken to be where it was found: somebody may drop it, and warm containers live for hours. */
const KNOWN_MS = 60 * 60 * 1000;

/** Registers partitions of one lake; remembers for an hour which are there, so that a call is made for a new one and not for each file. */
export class PartitionRegistrar {
  readonly #catalogue: Pick<Catalogue, 'add' | 'locations'>;
  readonly #root: string;
  readonly #now: () => number;
  /** Prefix → until when it is taken to be there, in milliseconds since 1970. */
  readonly #known = new Map<string, number>();

  /** `root`: URL of the lake, without a slash at the end. `now`: milliseconds since 1970. */
  constructor(catalogue: Pick<Catalogue, 'add' | 'locations'>, root: string, now: () => number) {
    this.#catalogue = catalogue;
    this.#root = root;
    this.#now = now;
  }

  /**
   * By prefix (`partitionPrefix`), what became of each of these partitions. Registering twice, or beside somebody else, is harmless. A
   * partition that lies elsewhere is a failure and stays as it is: queries would not see what was just stored, and only a person can tell
   * who is right. Doesn't throw for what the catalogue can do.
   */
  async register(partitions: readonly Partition[]): Promise<ReadonlyMap<string, RegistrationOutcome>> {
    const outcomes = new Map<string, RegistrationOutcome>();
    const asked = new Map<string, CataloguedPartition>();
    for (const partition of partitions) {
      const prefix = partitionPrefix(partition);
      if ((this.#known.get(prefix) ?? 0) > this.#now()) outcomes.set(prefix, { kind: 'known' });
      else asked.set(prefix, { partition, location: `${this.#root}/${prefix}` });
    }
    if (asked.size === 0) return outcomes;
    try {
      await this.#ask(asked, outcomes);
    } catch (error) {
      for (const prefix of asked.keys()) if (!outcomes.has(prefix)) outcomes.set(prefix, failed(error));
    }
    for (const [prefix, { kind }] of outcomes) {
      if (kind !== 'failed' && asked.has(prefix)) this.#known.set(prefix, this.#now() + KNOWN_MS);
    }
    return outcomes;
  }

  async #ask(
    asked: ReadonlyMap<string, CataloguedPartition>,
    outcomes: Map<string, RegistrationOutcome>,
  ): Promise<void> {
    const existing: [string, CataloguedPartition][] = [];
    const answers = await this.#catalogue.add([...asked.values()]);
    for (const [i, [prefix, wanted]] of [...asked].entries()) {
      const answer = answers[i];
      if (answer?.kind === 'exists') existing.push([prefix, wanted]);
      else if (answer?.kind === 'refused') outcomes.set(prefix, failed(answer.error));
      else if (answer?.kind === 'added') outcomes.set(prefix, { kind: 'added' });
      else outcomes.set(prefix, failed(new CatalogueError('unavailable', `no answer about ${prefix}`)));
    }
    if (existing.length === 0) return;
    const found = await this.#catalogue.locations(existing.map(([, { partition }]) => partition));
    for (const [i, [prefix, { location }]] of existing.entries()) {
      outcomes.set(prefix, this.#compare(prefix, location, found[i]));
    }
  }

  #compare(prefix: string, wanted: string, found: string | undefined): RegistrationOutcome {
    if (found === undefined) {
      return failed(
        new CatalogueError('unavailable', `${prefix} was there, then not: somebody is removing partitions`),
      );
    }
    if (isSameFolder(found, wanted) || isGeneration(found, this.#root, prefix)) return { kind: 'known' };
    const message =
      `the partition ${prefix} is registered at ${found}, not at ${wanted}: queries don't see what is stored there. ` +
      `Find out who moved it; then remove the partition, and its next log file registers it again`;
    return failed(new CatalogueError('elsewhere', message));
  }
}

/** The slash at the end is a habit, not a difference. */
export function isSameFolder(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

/** Whether it is where compaction moved this very partition: what is stored at its old place is merged from there. */
function isGeneration(location: string, root: string, prefix: string): boolean {
  if (!location.startsWith(`${root}/`)) return false;
  const folder = location.slice(root.length + 1).replace(/\/*$/, '/');
  const found = parseCompactedKey(`${folder}001.parquet`);
  return found !== undefined && partitionPrefix(found.partition) === prefix;
}

function failed(error: unknown): RegistrationOutcome {
  return { kind: 'failed', error };
}
