import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorMessage } from '../../cli/output/error-message.ts';
import { renderRows } from '../../cli/output/table.ts';
import { TrinoClient } from './client.ts';
import { mountLake } from './mount-lake.ts';

const USAGE = `npm run trino -- --serve [--lake <dir>]      Trino over a lake (default: the demo's sample), until Ctrl-C
npm run trino -- "SELECT …" [value …]    a query on the server that runs, or on one of its own; values are for its ? in order
npm run trino -- --file query.sql

  --lake <dir>         a lake in a directory
  --json               one line of JSON a row
  --session <k=v>      such as awsdatacatalog.parquet_use_bloom_filter=false; repeatable`;

/** Where the server that runs is written down. */
const RUNNING = fileURLToPath(
  new URL('../../node_modules/.cache/trailseal-trino/running.json', import.meta.url),
);

interface Running {
  readonly url: string;
  readonly database: string;
  readonly aws: Readonly<Record<string, string>>;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    serve: { type: 'boolean', default: false },
    lake: { type: 'string' },
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
    session: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<void> {
  const [sql, ...values] =
    flags.file === undefined ? positionals : [await readFile(flags.file, 'utf8'), ...positionals];
  if (flags.help || (sql === undefined && !flags.serve)) return console.log(USAGE);
  const running = flags.serve || flags.lake !== undefined ? undefined : await found();
  if (running !== undefined && sql !== undefined) return await ask(running, sql, values);
  await using stack = new AsyncDisposableStack();
  const own = await start(stack);
  if (sql !== undefined) return await ask(own, sql, values);
  writeFileSync(RUNNING, JSON.stringify(own));
  stack.defer(() => rmSync(RUNNING, { force: true }));
  console.log(JSON.stringify(own));
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
}

async function start(stack: AsyncDisposableStack): Promise<Running> {
  const { trino, lake, aws } = await mountLake(stack, flags.lake, (text) => {
    console.error(text);
  });
  return { url: trino.url, database: lake.database, aws };
}

async function found(): Promise<Running | undefined> {
  try {
    const running = JSON.parse(readFileSync(RUNNING, 'utf8')) as Running;
    return (await fetch(`${running.url}/v1/info`)).ok ? running : undefined;
  } catch {
    return undefined;
  }
}

async function ask({ url, database }: Running, sql: string, values: readonly string[]): Promise<void> {
  const session = Object.fromEntries(flags.session.map((text) => text.split('=', 2) as [string, string]));
  const { columns, rows, stats } = await new TrinoClient(url, database, session).query(sql, values);
  const names = columns.map(({ name }) => name);
  if (flags.json) {
    for (const row of rows)
      console.log(JSON.stringify(Object.fromEntries(row.map((value, i) => [names[i], value]))));
  } else console.log(renderRows(names, rows, process.stdout.columns ?? 200));
  console.error(`${rows.length} rows, ${stats.physicalInputBytes} bytes read, ${stats.elapsedTimeMillis} ms`);
}

await main().catch((error: unknown) => {
  console.error(errorMessage(error));
  process.exitCode = 1;
});
