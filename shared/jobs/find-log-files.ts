import {
  below,
  dayOf,
  daysOf,
  MAX_LEVELS,
  nodeOf,
  type TrailFilter,
  type TrailNode,
} from '../core/trail-tree.ts';
import { mapAhead } from './map-ahead.ts';
import type { LogFileEntry } from './ports.ts';

/**
 * Finds a trail's log files in a bucket of millions of others: goes down from folder to folder, into wanted ones only, and from the
 * months on reads the listing itself, for a quiet region's year is one page of it and would be four hundred requests by day.
 */

/** A bucket as it is searched. Keys and prefixes are whole, from the bucket on. */
export interface TrailBucket {
  /** The folders whose path begins with `prefix`, as far as the next slash, that slash included; in byte order. */
  folders(prefix: string): Promise<string[]>;
  /** Objects whose keys begin with `prefix` and sort behind `after` (empty: all), in byte order, page by page. */
  pages(prefix: string, after: string): AsyncIterable<readonly LogFileEntry[]>;
}

/** An object in the folder of a day. */
export interface FoundLogFile extends LogFileEntry {
  readonly account: string;
  readonly region: string;
  /** `YYYY/MM/DD`, the folder's. */
  readonly day: string;
}

/** There are too many folders in which the logs might lie. */
export class TooManyFoldersError extends Error {
  constructor(prefix: string) {
    super(
      `there are more than ${MAX_SEARCHED} folders to look for AWSLogs in, below ${prefix === '' ? 'the bucket' : prefix}; ` +
        'name the folder that AWSLogs lies in',
    );
    this.name = 'TooManyFoldersError';
  }
}

/** Folders that are searched for an `AWSLogs`. */
const MAX_SEARCHED = 1000;
/** Requests under way at each level of the tree. */
const AHEAD = 6;

/**
 * Everything in the folders of wanted days (folder markers and strays included) whose key begins with `prefix`, a page at a time, never
 * empty; what is of one day comes together. Holds a few pages at most. Throws `TooManyFoldersError`, and what the bucket throws.
 */
export async function* findLogFiles(
  bucket: TrailBucket,
  prefix: string,
  filter: TrailFilter,
): AsyncGenerator<readonly FoundLogFile[]> {
  const months = mapAhead(monthsBelow(bucket, prefix, filter), AHEAD, async (month) => {
    const pages = pagesOf(month, bucket, prefix, filter);
    return { first: await pages.next(), rest: pages };
  });
  for await (const { first, rest } of months) {
    if (first.done === true) continue;
    if (first.value.length > 0) yield first.value;
    for await (const page of rest) if (page.length > 0) yield page;
  }
}

function monthsBelow(bucket: TrailBucket, prefix: string, filter: TrailFilter): AsyncIterable<TrailNode> {
  const top = nodeOf(prefix, filter);
  const search = new Search(bucket, prefix, filter);
  let nodes: AsyncIterable<TrailNode> = streamOf(top === undefined ? [] : [top]);
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    nodes = flat(mapAhead(nodes, AHEAD, async (node) => await search.below(node)));
  }
  return nodes;
}

/** One step down, from any folder that isn't a month yet. */
class Search {
  readonly #bucket: TrailBucket;
  readonly #prefix: string;
  readonly #filter: TrailFilter;
  #searched = 0;

  constructor(bucket: TrailBucket, prefix: string, filter: TrailFilter) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#filter = filter;
  }

  async below(node: TrailNode): Promise<readonly TrailNode[]> {
    if (node.level === 'month') return [node];
    if (node.level === 'above') this.#searched += 1;
    if (this.#searched > MAX_SEARCHED) throw new TooManyFoldersError(this.#prefix);
    const folders = await this.#bucket.folders(longer(node.path, this.#prefix));
    return folders.flatMap((path) => below(node, path.slice(node.path.length, -1), this.#filter) ?? []);
  }
}

async function* pagesOf(
  month: TrailNode,
  bucket: TrailBucket,
  prefix: string,
  filter: TrailFilter,
): AsyncGenerator<readonly FoundLogFile[]> {
  const { after, before } = daysOf(month, filter);
  const { account, region } = month;
  for await (const page of bucket.pages(longer(month.path, prefix), after)) {
    yield page.flatMap((entry) => {
      const day = dayOf(month, entry.key, filter);
      return day === undefined ? [] : [{ ...entry, account, region, day }];
    });
    const last = page.at(-1);
    if (before !== undefined && last !== undefined && last.key >= before) return;
  }
}

/** Of a folder and the place that was named, one begins with the other. */
function longer(path: string, prefix: string): string {
  return path.length >= prefix.length ? path : prefix;
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function* flat<T>(lists: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const list of lists) yield* list;
}
