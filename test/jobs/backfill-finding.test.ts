import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrailKey } from '../../shared/core/log-file-key.ts';
import type { TrailFilter } from '../../shared/core/trail-tree.ts';
import { findLogFiles, TooManyFoldersError } from '../../shared/jobs/find-log-files.ts';
import type { LogFileEntry } from '../../shared/jobs/ports.ts';
import { MemoryTrail } from '../support/memory-trail.ts';

const ALL: TrailFilter = { accounts: [], regions: [] };
const ORGANISATION = 'o-abcdefghij';

/** The same thing in one expression over a plain listing. The search looks three folders deep for an `AWSLogs`. */
const IN_TREE =
  /^((?:(?!AWSLogs\/)[^/]*\/)*)AWSLogs\/((?:AWSLogs\/)*)(?:o-[a-z0-9]{10,32}\/)?(\d{12})\/CloudTrail(?:-Insight|-NetworkActivity|-Aggregated)?\/([a-z0-9-]{2,40})\/(\d{4})\/(\d{2})\/(\d{2})\//s;

function wanted(key: string, prefix: string, filter: TrailFilter): boolean {
  const [match, above = '', nested = '', account = '', region = '', y = '', m = '', d = ''] =
    IN_TREE.exec(key) ?? [];
  if (match === undefined || !key.startsWith(prefix)) return false;
  const named = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const searched = [above, nested].map((part, i) => {
    const start = i === 0 ? 0 : `${above}AWSLogs/`.length;
    return folders(part.slice(Math.max(0, named.length - start)));
  });
  const day = `${y}/${m}/${d}`;
  return (
    (searched[0] ?? 0) + (searched[1] ?? 0) <= 3 &&
    (filter.from === undefined || day >= filter.from) &&
    (filter.to === undefined || day <= filter.to) &&
    (filter.accounts.length === 0 || filter.accounts.includes(account)) &&
    (filter.regions.length === 0 || filter.regions.includes(region))
  );
}

function folders(path: string): number {
  return path.split('/').length - 1;
}

async function found(bucket: MemoryTrail, prefix: string, filter: TrailFilter): Promise<string[]> {
  const pages = await Array.fromAsync(findLogFiles(bucket, prefix, filter));
  expect(pages.every(({ length }) => length > 0)).toBe(true);
  return pages.flat().map(({ key }) => key);
}

const ACCOUNTS = ['111122223333', '444455556666', '777788889999'];
const REGIONS = ['us-east-1', 'eu-west-1', 'us-gov-west-1'];
const twoDigits = (max: number) => fc.integer({ min: 1, max }).map((n) => String(n).padStart(2, '0'));
const DATE = fc
  .tuple(fc.constantFrom('2024', '2025', '2026'), fc.constantFrom('01', '02', '11', '12'), twoDigits(31))
  .map((parts) => parts.join('/'));
const NAME = fc.constantFrom(
  '',
  'a.json.gz',
  'b.json.gz',
  'readme.txt',
  'sub/c.json.gz',
  'ünïcode ☃.json',
  '~',
);
const ABOVE = fc.constantFrom(
  '',
  'trail/',
  'a/b/',
  'a/b/c/',
  'a/b/c/d/',
  '/',
  'AWSLogs-old/',
  'o-abcdefghij/',
);
const FOLDER = fc.constantFrom(
  'CloudTrail',
  'CloudTrail',
  'CloudTrail-Insight',
  'CloudTrail-NetworkActivity',
  'CloudTrail-Aggregated',
  'CloudTrail-Digest',
  'CloudTrail-Other',
  'elasticloadbalancing',
);

const TRAIL_KEY = fc
  .tuple(
    fc.tuple(ABOVE, fc.constantFrom('AWSLogs/', 'AWSLogs/', 'AWSLogs/AWSLogs/', 'awslogs/')),
    fc.constantFrom('', `${ORGANISATION}/`, 'o-short/'),
    fc.constantFrom(...ACCOUNTS, '12345'),
    FOLDER,
    fc.constantFrom(...REGIONS, 'US'),
    DATE,
    NAME,
  )
  .map(
    ([[above, logs], org, account, folder, region, day, name]) =>
      `${above}${logs}${org}${account}/${folder}/${region}/${day}/${name}`,
  );
/** What doesn't fit: cut off anywhere, a slash too many, days and months that are none. */
const ODD_KEY = fc.oneof(
  fc.tuple(TRAIL_KEY, fc.nat(90)).map(([key, at]) => key.slice(0, at)),
  fc.tuple(TRAIL_KEY, fc.nat(90)).map(([key, at]) => `${key.slice(0, at)}/${key.slice(at)}`),
  fc
    .tuple(TRAIL_KEY, fc.constantFrom('1x', '2', '210', '.'))
    .map(([key, day]) => key.replace(/\d\d\/[^/]*$/, `${day}/a.gz`)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const KEYS = fc.array(fc.oneof({ weight: 5, arbitrary: TRAIL_KEY }, { weight: 1, arbitrary: ODD_KEY }), {
  minLength: 10,
  maxLength: 80,
  size: 'max',
});
const FILTER: fc.Arbitrary<TrailFilter> = fc.record(
  {
    from: DATE,
    to: DATE,
    accounts: fc.oneof(fc.constant([]), fc.subarray(ACCOUNTS)),
    regions: fc.oneof(fc.constant([]), fc.subarray(REGIONS)),
  },
  { requiredKeys: ['accounts', 'regions'] },
);

describe('finding log files', () => {
  it('finds just what a filter over the whole listing finds, from any prefix', async () => {
    await fc.assert(
      fc.asyncProperty(
        KEYS,
        FILTER,
        fc.nat(),
        fc.oneof(fc.constant(0), fc.nat(130)),
        fc.integer({ min: 1, max: 7 }),
        async (keys, filter, pick, cut, page) => {
          const usable = keys.filter((key) => key.isWellFormed() && key !== '');
          const prefix = (usable[pick % Math.max(1, usable.length)] ?? '').slice(0, cut);
          fc.pre(prefix.isWellFormed());
          const expected = [...new Set(usable)].filter((key) => wanted(key, prefix, filter));
          expect((await found(new MemoryTrail(usable, page), prefix, filter)).sort()).toEqual(
            expected.sort(),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('tells account, region and day as the key itself does, and keeps days together', async () => {
    await fc.assert(
      fc.asyncProperty(KEYS, async (keys) => {
        const usable = keys.filter((key) => key.isWellFormed());
        const entries = (await Array.fromAsync(findLogFiles(new MemoryTrail(usable, 3), '', ALL))).flat();
        for (const { key, account, region, day } of entries) {
          const name = key.slice(IN_TREE.exec(key)?.[0].length);
          // In a folder below the day's, a key says nothing by itself.
          if (!/^[^/]+$/.test(name)) continue;
          expect(parseTrailKey(key)).toMatchObject({ account, region, day });
        }
        const days = entries.map(({ key }) => IN_TREE.exec(key)?.[0]);
        expect(days.filter((day, i) => day !== days[i - 1])).toHaveLength(new Set(days).size);
      }),
      { numRuns: 1000 },
    );
  });

  it('asks for nothing outside the wanted folders', async () => {
    const keys = ACCOUNTS.flatMap((account) =>
      ['CloudTrail', 'CloudTrail-Digest', 'Config'].flatMap((folder) =>
        REGIONS.flatMap((region) =>
          ['2024/01/01', '2025/03/05', '2025/03/09', '2026/11/21'].map(
            (day) => `AWSLogs/${ORGANISATION}/${account}/${folder}/${region}/${day}/a.json.gz`,
          ),
        ),
      ),
    );
    const bucket = new MemoryTrail(keys);
    const filter = {
      accounts: ['444455556666'],
      regions: ['eu-west-1'],
      from: '2025/03/06',
      to: '2025/12/31',
    };
    expect(await found(bucket, '', filter)).toEqual([
      `AWSLogs/${ORGANISATION}/444455556666/CloudTrail/eu-west-1/2025/03/09/a.json.gz`,
    ]);
    const trail = `AWSLogs/${ORGANISATION}/444455556666/`;
    expect(bucket.requests).toEqual([
      'folders ',
      'folders AWSLogs/',
      `folders AWSLogs/${ORGANISATION}/`,
      `folders ${trail}`,
      `folders ${trail}CloudTrail/`,
      `folders ${trail}CloudTrail/eu-west-1/`,
      `folders ${trail}CloudTrail/eu-west-1/2025/`,
      `pages ${trail}CloudTrail/eu-west-1/2025/03/`,
    ]);
  });

  it('stops behind the last wanted day, and holds few pages of millions of keys', async () => {
    const month = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/';
    const bucket = new EndlessBucket(month);
    let seen = 0;
    for await (const page of findLogFiles(bucket, month, { ...ALL, to: '2026/11/20' })) {
      seen += page.length;
      expect(bucket.made - seen).toBeLessThanOrEqual(1000);
    }
    expect(seen).toBe(1_000_000);
    expect(bucket.made).toBeLessThanOrEqual(1_001_000);
  });

  it('gives up where AWSLogs might be anywhere, and says what to name', async () => {
    const bucket = new MemoryTrail(Array.from({ length: 1200 }, (_, i) => `customer-${i}/file`));
    await expect(found(bucket, '', ALL)).rejects.toThrow(TooManyFoldersError);
    expect(await found(bucket, 'customer-7', ALL)).toEqual([]);
  });

  it('passes on what the bucket throws, also where it was asked ahead', async () => {
    const keys = REGIONS.map((region) => `AWSLogs/111122223333/CloudTrail/${region}/2026/11/21/a.json.gz`);
    const bucket = new MemoryTrail(keys);
    bucket.folders = (prefix) => Promise.reject(new Error(`no ${prefix}`));
    await expect(found(bucket, '', ALL)).rejects.toThrow('no ');
    const broken = new MemoryTrail(keys);
    broken.pages = async function* (prefix: string): AsyncGenerator<readonly LogFileEntry[]> {
      yield [];
      throw new Error(`no ${prefix}`);
    };
    await expect(found(broken, '', ALL)).rejects.toThrow('no AWSLogs');
  });
});

/** Day 20 has a million log files, and day 21 never ends. */
class EndlessBucket extends MemoryTrail {
  readonly #month: string;
  made = 0;

  constructor(month: string) {
    super([]);
    this.#month = month;
  }

  override async *pages(): AsyncGenerator<readonly LogFileEntry[]> {
    for (;;) {
      await Promise.resolve();
      const day = this.made < 1_000_000 ? '20' : '21';
      const page = Array.from({ length: 1000 }, (_, i) => ({
        key: `${this.#month}${day}/${String(this.made + i).padStart(9, '0')}.json.gz`,
        size: 1,
      }));
      this.made += 1000;
      yield page;
    }
  }
}
