/** Keys of one folder, in byte order, whose paths below `root` begin with a region and a day. */
export interface DayListing<K extends string> {
  readonly kind: K;
  readonly root: string;
  readonly keys: AsyncIterable<string>;
}

export interface Listed<K extends string> {
  readonly kind: K;
  readonly key: string;
  /** First part of the path: the region, where the folder is as CloudTrail makes it. */
  readonly region: string;
  /** `REGION/YYYY/MM/DD`; undefined for a path that isn't of that form. */
  readonly day: string | undefined;
}

interface Head<K extends string> {
  readonly rank: number;
  /** What it is merged by: the day with the slash behind it, as in the keys, or the whole path. Never falls within one listing. */
  readonly at: Buffer;
  readonly listed: Listed<K>;
  readonly rest: AsyncIterator<string>;
  readonly from: DayListing<K>;
}

/**
 * Merges listings so that what is of one region and day comes together, in the listings' order within the day: everything about a day can
 * be held side by side in memory without holding the year.
 */
export async function* mergeByDay<K extends string>(
  listings: readonly DayListing<K>[],
): AsyncGenerator<Listed<K>> {
  const heads: Head<K>[] = [];
  const advance = async (from: DayListing<K>, rank: number, rest: AsyncIterator<string>): Promise<void> => {
    const { done, value } = await rest.next();
    if (done !== true) heads.push({ rank, ...listedOf(from, value), rest, from });
  };
  await Promise.all(
    listings.map(async (from, rank) => {
      await advance(from, rank, from.keys[Symbol.asyncIterator]());
    }),
  );
  for (let least = leastOf(heads); least !== undefined; least = leastOf(heads)) {
    heads.splice(heads.indexOf(least), 1);
    yield least.listed;
    await advance(least.from, least.rank, least.rest);
  }
}

function leastOf<K extends string>(heads: readonly Head<K>[]): Head<K> | undefined {
  let [least] = heads;
  for (const head of heads) if (least !== undefined && isBefore(head, least)) least = head;
  return least;
}

function isBefore<K extends string>(a: Head<K>, b: Head<K>): boolean {
  const order = Buffer.compare(a.at, b.at);
  return order < 0 || (order === 0 && a.rank < b.rank);
}

function listedOf<K extends string>(
  { kind, root }: DayListing<K>,
  key: string,
): Pick<Head<K>, 'at' | 'listed'> {
  const path = key.slice(root.length);
  const day = /^[^/]+\/\d{4}\/\d{2}\/\d{2}(?=\/)/.exec(path)?.[0];
  const region = path.slice(0, Math.max(0, path.indexOf('/')));
  return { at: Buffer.from(day === undefined ? path : `${day}/`), listed: { kind, key, region, day } };
}
