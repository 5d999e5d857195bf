import type { TrailFolder } from './log-file-key.ts';

/**
 * The folders that a trail's log files lie in, one level at a time, so that a bucket can be searched without listing the rest of it:
 * `[prefix/]AWSLogs/[o-ORGID/]ACCOUNT/FOLDER/REGION/YYYY/MM/DD/` (CloudTrail user guide, "Finding your CloudTrail log files").
 */

/** Which log files are wanted. Days are those of the folders, inclusive; no accounts or regions means all of them. */
export interface TrailFilter {
  /** `YYYY/MM/DD` */
  readonly from?: string;
  /** `YYYY/MM/DD` */
  readonly to?: string;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
}

/** `above` is any folder in which an `AWSLogs` may lie; `month` is where days begin. */
type Level = 'above' | 'logs' | 'organisation' | 'account' | 'folder' | 'region' | 'year' | 'month';

/** A folder of the tree. What lies above its level is known; the rest is empty. */
export interface TrailNode {
  readonly level: Level;
  /** Key prefix, with its slash; empty for the bucket. */
  readonly path: string;
  /** How many folders were searched through for an `AWSLogs` on the way here. */
  readonly searched: number;
  readonly account: string;
  readonly region: string;
  /** `YYYY`, then `YYYY/MM`. */
  readonly date: string;
}

/** Folders deep that an `AWSLogs` is looked for. A trail's prefix is one folder nearly always. */
export const MAX_SEARCH_DEPTH = 3;

/** Steps from the place that was named to its months, at most: the search, `AWSLogs`, organisation, account, folder, region, year, month. */
export const MAX_LEVELS = MAX_SEARCH_DEPTH + 7;

const LOGS = 'AWSLogs';
const ORGANISATION = /^o-[a-z0-9]{10,32}$/;
const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z0-9-]{2,40}$/;
/** `CloudTrail-Digest` is not among them: digests are for verifying. */
const FOLDERS: ReadonlySet<string> = new Set<TrailFolder>([
  'CloudTrail',
  'CloudTrail-Insight',
  'CloudTrail-NetworkActivity',
  'CloudTrail-Aggregated',
]);

const BUCKET: TrailNode = { level: 'above', path: '', searched: 0, account: '', region: '', date: '' };

/** The folder that a key prefix ends in, as far as whole months; undefined if nothing wanted lies below it. */
export function nodeOf(prefix: string, filter: TrailFilter): TrailNode | undefined {
  let node: TrailNode | undefined = BUCKET;
  for (const name of prefix.split('/').slice(0, -1)) {
    if (node === undefined || node.level === 'month') break;
    node = below(node, name, filter);
    // What the caller named is not searched for.
    if (node !== undefined) node = { ...node, searched: 0 };
  }
  return node;
}

/** The folder `name` (without a slash) in a folder above months; undefined if no wanted log files lie there. */
export function below(node: TrailNode, name: string, filter: TrailFilter): TrailNode | undefined {
  const next = { ...node, path: `${node.path}${name}/` };
  switch (node.level) {
    case 'above':
      if (name === LOGS) return { ...next, level: 'logs' };
      return searchedFurther(next);
    case 'logs':
      // A trail's own prefix may be called so too.
      if (name === LOGS) return searchedFurther(next);
      return ORGANISATION.test(name) ? { ...next, level: 'organisation' } : accountBelow(next, name, filter);
    case 'organisation':
      return accountBelow(next, name, filter);
    case 'account':
      return FOLDERS.has(name) ? { ...next, level: 'folder' } : undefined;
    case 'folder':
      if (!REGION.test(name) || !isWanted(name, filter.regions)) return undefined;
      return { ...next, level: 'region', region: name };
    case 'region':
      return /^\d{4}$/.test(name) ? dated({ ...next, level: 'year', date: name }, filter) : undefined;
    case 'year':
      if (!/^\d{2}$/.test(name)) return undefined;
      return dated({ ...next, level: 'month', date: `${node.date}/${name}` }, filter);
    case 'month':
  }
  return undefined;
}

/** The day of a key below a month, `YYYY/MM/DD`; undefined if it isn't in the folder of a wanted day. */
export function dayOf(month: TrailNode, key: string, filter: TrailFilter): string | undefined {
  const name = key.slice(month.path.length);
  if (!/^\d{2}\//.test(name)) return undefined;
  const day = `${month.date}/${name.slice(0, 2)}`;
  return isWithin(day, filter) ? day : undefined;
}

/** Keys of a month's wanted days sort behind `after` and before `before`, which is undefined if the month's end is wanted. */
export function daysOf(
  month: TrailNode,
  filter: TrailFilter,
): { readonly after: string; readonly before: string | undefined } {
  const { from = '', to = '' } = filter;
  // `…/21` sorts before `…/21/`, and `…/210` behind all that begins so: a slash is the character before 0.
  return {
    after: from.startsWith(`${month.date}/`) ? `${month.path}${from.slice(-2)}` : '',
    before: to.startsWith(`${month.date}/`) ? `${month.path}${to.slice(-2)}0` : undefined,
  };
}

function searchedFurther(node: TrailNode): TrailNode | undefined {
  return node.searched < MAX_SEARCH_DEPTH ? { ...node, searched: node.searched + 1 } : undefined;
}

function accountBelow(node: TrailNode, name: string, filter: TrailFilter): TrailNode | undefined {
  if (!ACCOUNT.test(name) || !isWanted(name, filter.accounts)) return undefined;
  return { ...node, level: 'account', account: name };
}

function dated(node: TrailNode, filter: TrailFilter): TrailNode | undefined {
  return isWithin(node.date, filter) ? node : undefined;
}

/** `date` may be a year or a month: is any of its days wanted? */
function isWithin(date: string, { from, to }: TrailFilter): boolean {
  return (
    (from === undefined || date >= from.slice(0, date.length)) &&
    (to === undefined || date <= to.slice(0, date.length))
  );
}

function isWanted(name: string, names: readonly string[]): boolean {
  return names.length === 0 || names.includes(name);
}
