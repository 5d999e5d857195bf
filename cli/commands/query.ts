import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import type { QueryResult } from '../../shared/core/query-result.ts';
import { databaseOption, lakeOption, positiveInteger, workgroupOption } from '../options.ts';
import { count } from '../output/human.ts';
import { renderRows } from '../output/table.ts';
import { writeJsonRows } from '../output/json-rows.ts';
import { UsageError } from '../usage-error.ts';
import { deployedPlace, withAthena, WORKGROUP_HELP, type PlaceFlags } from '../workgroup.ts';

interface QueryFlags extends PlaceFlags {
  readonly file?: string;
  readonly as: readonly string[];
  readonly maxRows: number;
  readonly json?: true;
}

export function queryCommand(): Command {
  return new Command('query')
    .summary('run SQL over a lake')
    .description(
      "Runs one SELECT in Athena's dialect over the lake, as cloudtrail_logs (each event once) or cloudtrail_deliveries " +
        '(every delivery). Published Athena queries for CloudTrail run unchanged. With --workgroup, the query goes to Athena as it is.',
    )
    .argument('[sql]', 'the query; - reads it from standard input')
    .addOption(lakeOption())
    .addOption(workgroupOption())
    .addOption(databaseOption())
    .option('-f, --file <path>', 'read the query from a file')
    .addOption(
      new Option('--as <name>', 'show the events under this table name too; repeatable')
        .argParser((name: string, names: readonly string[]) => [...names, name])
        .default([], 'cloudtrail_logs alone'),
    )
    .option('--max-rows <n>', 'rows to print in a table; --json prints all', positiveInteger, 1000)
    .option('--json', 'print the rows as a JSON array of objects')
    .addHelpText('after', HELP)
    .action(async (sql: string | undefined, flags: QueryFlags, command: Command) => {
      const place = deployedPlace(flags, command);
      if (place !== undefined) refuseAliases(flags.as);
      const query = await queryText(sql, flags.file);
      const print = async (result: QueryResult): Promise<void> => {
        if (flags.json === true) await writeJsonRows(result, process.stdout);
        else console.log(await table(result, flags.maxRows));
      };
      if (place !== undefined) {
        await withAthena(place, async (athena) => {
          await print(await athena.query(query));
        });
        return;
      }
      using lake = await DuckdbLake.open(flags.lake, flags.as);
      await print(await lake.query(query));
    });
}

function refuseAliases(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new UsageError(
    `--as shows a lake on this machine under another name; Athena knows its own tables only. Write cloudtrail_logs instead of ${names.join(', ')} in the query`,
  );
}

const HELP = `
Examples:
  trailseal query "SELECT eventname, count(*) AS n FROM cloudtrail_logs GROUP BY 1 ORDER BY n DESC LIMIT 10"
  trailseal query --file published.sql --as my_cloudtrail_table
  trailseal query "DESCRIBE cloudtrail_logs"
  trailseal query --workgroup trailseal-prod "SELECT eventname, count(*) FROM cloudtrail_logs WHERE day = '21' GROUP BY 1"
${WORKGROUP_HELP}
There, cloudtrail_logs holds every delivery.`;

async function queryText(sql: string | undefined, file: string | undefined): Promise<string> {
  if ((sql === undefined) === (file === undefined))
    throw new UsageError('give the query, or --file, one of the two');
  if (file !== undefined) {
    return await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new UsageError(`the query file ${file} cannot be read`, { cause });
    });
  }
  return sql === '-' ? await text(process.stdin) : (sql ?? '');
}

/** As many rows as asked for, and whether there were more. */
export async function table(
  { columns, chunks }: QueryResult,
  maxRows: number,
  flag = '--max-rows',
): Promise<string> {
  const rows = [];
  for await (const chunk of chunks) {
    rows.push(...chunk);
    if (rows.length > maxRows) break;
  }
  // A plan is a drawing, and made of the query alone: nothing of an event is in it.
  if (columns[0] === 'explain_key')
    return rows.flatMap((row) => (typeof row[1] === 'string' ? [row[1]] : [])).join('\n');
  const shown = rows.slice(0, maxRows);
  const more = rows.length > maxRows ? `; there are more: ${flag} shows them` : '';
  const width = process.stdout.isTTY ? process.stdout.columns : 200;
  return `${renderRows(columns, shown, width)}\n${count(shown.length, 'row')}${more}`;
}
