import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parquetMetadata } from 'hyparquet';
import Table from 'cli-table3';
import { COMPACTED_COLUMNS } from '../../shared/core/columns.ts';
import { leafValue } from '../../shared/core/leaf-of-rows.ts';
import type { LeafValue } from '../../shared/core/parquet-leaf.ts';
import { layOut } from '../../shared/core/parquet-layout.ts';
import { parquetRows } from '../../shared/core/parquet-rows.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import { columnEncodings } from './column-encodings.ts';
import { bytesRead, type BytesRead, type Question } from './bytes-read.ts';
import { ALTERNATIVES, CHOSEN, inOrder } from './layouts.ts';

/**
 * `npm run bench:layout`: what a lake and its compacted alternatives weigh, and what must be read of them to answer the usual questions,
 * worked out from the files' own metadata (bytes-read.ts). For docs/layout.md.
 *
 *   trailseal sample logs --hours 48 --accounts 10 --regions 4 --events-per-hour 20834 --events 1000000
 *   trailseal ingest logs --lake lake
 *   npm run bench:layout -- --lake lake --every 8
 *
 * `--every n` takes each nth partition by size, `--within account=111122223333` those whose folder says so;
 * `--encodings` weighs single columns of the largest instead, in bytes an event at zstd 3, 9 and 15; `--only "a;b"` these alternatives.
 */
const { values: flags } = parseArgs({
  options: {
    lake: { type: 'string' },
    every: { type: 'string', default: '1' },
    within: { type: 'string', default: '' },
    only: { type: 'string' },
    encodings: { type: 'boolean', default: false },
  },
});

interface Partition {
  readonly folder: string;
  readonly paths: readonly string[];
  readonly bytes: number;
}

interface Tally {
  size: number;
  footers: number;
  files: number;
  seconds: number;
  readonly read: Map<string, { ranges: number; trino: number }>;
}

async function main(): Promise<void> {
  const partitions = await findPartitions(join(flags.lake ?? 'lake', 'events'));
  if (flags.encodings) return await reportEncodings(partitions);
  const questions = await questionsFor(partitions);
  const tallies = new Map<string, Tally>();
  const sizes: number[] = [];
  for (const partition of partitions) {
    sizes.push(await measure(partition, questions, tallies));
    process.stderr.write('.');
  }
  report(tallies, questions, sizes);
}

async function findPartitions(events: string): Promise<Partition[]> {
  const names = (await readdir(events, { recursive: true })).filter((name) => name.endsWith('.parquet'));
  const partitions: Partition[] = [];
  for (const [folder, inside] of Map.groupBy(names, (name) => dirname(name))) {
    const paths = inside.map((name) => join(events, name));
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
    partitions.push({ folder, paths, bytes: sizes.reduce((sum, size) => sum + size, 0) });
  }
  const every = Number(flags.every);
  return partitions
    .filter(({ folder }) => folder.includes(flags.within))
    .toSorted((a, b) => b.bytes - a.bytes)
    .filter((_, i) => i % every === Math.floor(every / 2));
}

async function measure(
  { folder, paths }: Partition,
  questions: readonly Question[],
  tallies: Map<string, Tally>,
): Promise<number> {
  let rows: Struct[] = [];
  for (const path of paths) {
    const file = await bufferOf(path);
    const found = await parquetRows(file);
    count(tallies, 'not compacted', file, found, folder, questions);
    rows = rows.concat(found);
  }
  let sorted = { order: CHOSEN, rows: inOrder(rows, CHOSEN) };
  for (const { name, order, layout } of ALTERNATIVES) {
    if (flags.only !== undefined && !flags.only.split(';').includes(name)) continue;
    if (order !== sorted.order) sorted = { order, rows: inOrder(rows, order) };
    const before = process.cpuUsage();
    const file = new Uint8Array(layOut(sorted.rows, COMPACTED_COLUMNS, layout)).buffer;
    const { user, system } = process.cpuUsage(before);
    count(tallies, name, file, sorted.rows, folder, questions).seconds += (user + system) / 1e6;
  }
  return rows.length;
}

/** Of the largest partition. */
async function reportEncodings([partition]: readonly Partition[]): Promise<void> {
  let rows: Struct[] = [];
  for (const path of partition?.paths ?? []) rows = rows.concat(await parquetRows(await bufferOf(path)));
  for (const { column, encoding, sizes } of columnEncodings(inOrder(rows, CHOSEN))) {
    const told = sizes.map((size) => size.toFixed(2).padStart(7)).join('');
    console.log(`${column.padEnd(20)} ${encoding.padEnd(24)} ${told}`);
  }
}

async function bufferOf(path: string): Promise<ArrayBuffer> {
  return new Uint8Array(await readFile(path)).buffer;
}

/** The questions of facts/performance.md, about values that are neither the most nor the least frequent. */
async function questionsFor(partitions: readonly Partition[]): Promise<Question[]> {
  const counts = new Map(
    ['useridentity.accesskeyid', 'useridentity.arn', 'sourceipaddress', 'eventid'].map((path) => [
      path,
      new Map<string, number>(),
    ]),
  );
  for (const path of partitions.flatMap((partition) => partition.paths)) {
    const rows = await parquetRows(await bufferOf(path), {
      columns: ['useridentity', 'sourceipaddress', 'eventid'],
    });
    for (const [leaf, seen] of counts) for (const row of rows) countValue(seen, leafValue(row, leaf));
  }
  const days = partitions.map(({ folder }) => /day=(\d\d)/.exec(folder)?.[1] ?? '');
  const middling = (path: string): string => {
    const values = [...(counts.get(path) ?? [])].toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
    return values[Math.floor(values.length / 2)]?.[0] ?? '';
  };
  const who = ['eventtime', 'eventname', 'sourceipaddress', 'useridentity.arn'];
  return [
    { name: 'event name, 24 h', where: { eventname: 'AssumeRole' }, shows: who, day: days[0] ?? '' },
    {
      name: 'access key',
      where: { 'useridentity.accesskeyid': middling('useridentity.accesskeyid') },
      shows: ['eventtime', 'eventsource', 'eventname', 'sourceipaddress', 'errorcode'],
    },
    { name: 'source IP', where: { sourceipaddress: middling('sourceipaddress') }, shows: who },
    { name: 'error counts', where: { errorcode: null }, shows: ['eventsource', 'eventname', 'errorcode'] },
    { name: 'root use', where: { 'useridentity.type': 'Root' }, shows: [...who, 'useragent'] },
    {
      name: 'user ARN',
      where: { 'useridentity.arn': middling('useridentity.arn') },
      shows: [...who, 'requestparameters'],
    },
    { name: 'one eventID, *', where: { eventid: middling('eventid') }, shows: ['*'] },
    {
      name: 'console log-ins',
      where: { eventname: 'ConsoleLogin' },
      shows: [...who, 'responseelements', 'additionaleventdata'],
    },
  ];
}

function countValue(seen: Map<string, number>, value: LeafValue): void {
  if (typeof value === 'string') seen.set(value, (seen.get(value) ?? 0) + 1);
}

function count(
  tallies: Map<string, Tally>,
  name: string,
  file: ArrayBuffer,
  rows: readonly Struct[],
  folder: string,
  questions: readonly Question[],
): Tally {
  let tally = tallies.get(name);
  if (tally === undefined)
    tallies.set(name, (tally = { size: 0, footers: 0, files: 0, seconds: 0, read: new Map() }));
  tally.size += file.byteLength;
  tally.footers += parquetMetadata(file).metadata_length;
  tally.files += 1;
  for (const question of questions) {
    const asked = question.day === undefined || folder.includes(`day=${question.day}`);
    const read: BytesRead = asked ? bytesRead(file, rows, question) : { ranges: 0, trino: 0 };
    const sum = tally.read.get(question.name) ?? { ranges: 0, trino: 0 };
    tally.read.set(question.name, { ranges: sum.ranges + read.ranges, trino: sum.trino + read.trino });
  }
  return tally;
}

function report(
  tallies: ReadonlyMap<string, Tally>,
  questions: readonly Question[],
  sizes: readonly number[],
): void {
  const events = sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    `${events} events in ${sizes.length} partitions of ${Math.min(...sizes)} to ${Math.max(...sizes)}; MB for a million events`,
  );
  const perMillion = (bytes: number): string => (bytes / events).toFixed(bytes / events < 10 ? 2 : 1);
  for (const model of ['ranges', 'trino'] as const) {
    const table = new Table({
      style: { head: [], border: [] },
      head: ['', 'size', 'footers', ...questions.map(({ name }) => name), 'median', 'worst', 'rows/s'],
    });
    for (const [name, tally] of tallies) {
      const read = questions.map((question) => tally.read.get(question.name)?.[model] ?? 0);
      const inOrder = read.toSorted((a, b) => a - b);
      const median = ((inOrder[3] ?? 0) + (inOrder[4] ?? 0)) / 2;
      table.push([
        name,
        ...[tally.size, tally.footers, ...read, median, inOrder.at(-1) ?? 0].map(perMillion),
        tally.seconds === 0 ? '' : Math.round(events / tally.seconds),
      ]);
    }
    console.log(`\n${model}\n${table.toString()}`);
  }
}

await main();
