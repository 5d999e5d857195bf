import { parseArgs } from 'node:util';
import { bytes } from '../../cli/output/human.ts';
import { errorMessage } from '../../cli/output/error-message.ts';
import { TrinoClient } from './client.ts';
import { mountLake } from './mount-lake.ts';
import { giveNames } from './published-names.ts';
import { allQueries, unnestedAsRows } from './questions.ts';

/**
 * `npm run bench:scan -- --lake <dir>`: the bytes that Trino reads of a lake for every question, by its own account (`physicalInputBytes`),
 * median and worst. One lake a run; compare the tables of two.
 */

const USAGE = `npm run bench:scan -- [--lake <dir>] [--whole-small-files] [--only <text>] [--json]

  --lake <dir>           a lake in a directory (default: a sample)
  --trino-defaults       as Trino is set by default: a Parquet file under 3 MB is read whole, and so is what lies between two ranges less than
                         1 MB apart; otherwise it reads the footers and pages that it needs, and nothing else
  --only <text>          queries whose names have it`;

const { values: flags } = parseArgs({
  options: {
    lake: { type: 'string' },
    'trino-defaults': { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

interface Scan {
  readonly name: string;
  /** Undefined where Trino refused the query. */
  readonly bytes: number | undefined;
}

async function main(): Promise<void> {
  if (flags.help) return console.log(USAGE);
  await using stack = new AsyncDisposableStack();
  const say = (text: string): void => {
    console.error(text);
  };
  const { trino, lake } = await mountLake(stack, flags.lake, say, flags['trino-defaults'] ? {} : EXACT);
  const queries = (await allQueries()).filter(({ name }) => name.includes(flags.only));
  const client = new TrinoClient(trino.url, lake.database);
  await giveNames(
    client,
    lake.database,
    queries.map(({ sql }) => sql),
  );
  const scans: Scan[] = [];
  for (const { name, sql, values } of queries) {
    const read = await client.query(unnestedAsRows(sql), values).then(
      ({ stats }) => stats.physicalInputBytes,
      (error: unknown) => {
        console.error(`${name}: ${errorMessage(error)}`);
        return undefined;
      },
    );
    scans.push({ name, bytes: read });
    console.log(
      flags.json
        ? JSON.stringify({ name, bytes: read })
        : `${String(read ?? 'refused').padStart(12)}  ${name}`,
    );
  }
  summarise(flags.lake ?? 'the sample', scans);
}

/** How a lake of many days would be read if its objects were as large as others': Trino reads what lies close together in one go. */
const EXACT = { 'parquet.small-file-threshold': '0B', 'parquet.max-merge-distance': '0B' };

function summarise(lake: string, scans: readonly Scan[]): void {
  const sorted = scans.flatMap(({ bytes: read }) => read ?? []).toSorted((a, b) => a - b);
  const [median = 0, worst = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.error(`${lake}: ${sorted.length} queries; median ${bytes(median)}, worst ${bytes(worst)}`);
}

await main().catch((error: unknown) => {
  console.error(errorMessage(error));
  process.exitCode = 1;
});
