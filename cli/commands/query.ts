import { Command, Option } from 'commander';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import type { QueryResult } from '../../shared/core/query-result.ts';
import { databaseOption, lakeOption, positiveInteger, workgroupOption } from '../options.ts';
import { count } from '../output/human.ts';
import { renderRows } from '../output/table.ts';
import { writeJsonRows } from '../output/json-rows.ts';
import { listQuestions } from '../list-questions.ts';
import { askedFor, type Asked, type AskFlags } from '../query-text.ts';
import { UsageError } from '../usage-error.ts';
import { deployedPlace, withAthena, WORKGROUP_HELP, type PlaceFlags } from '../workgroup.ts';

interface QueryFlags extends PlaceFlags, AskFlags {
  readonly list?: true;
  readonly as: readonly string[];
  readonly maxRows: number;
  readonly json?: true;
}

export function queryCommand(): Command {
  return new Command('query')
    .summary('ask a question, or run SQL, over a lake')
    .description(
      "Answers one of the library's questions by its name, or runs one SELECT in Athena's dialect over the lake, as cloudtrail_logs (each event " +
        'once) or cloudtrail_deliveries (every delivery). Published Athena queries for CloudTrail run unchanged. With --workgroup, both go to Athena.',
    )
    .argument('[question or sql]', 'the name of a question, or a query; - reads a query from standard input')
    .addOption(lakeOption())
    .addOption(workgroupOption())
    .addOption(databaseOption())
    .option(
      '--list',
      'list the questions by task, with their parameters and what they cost; with a name, that one in full',
    )
    .addOption(
      repeatable('-p, --param <name=value>', "the value of a question's parameter; repeatable").default(
        [],
        'none',
      ),
    )
    .option(
      '--example',
      "use the question's example values, which find something in the sample of trailseal demo",
    )
    .option('-f, --file <path>', 'read the query, or a question of your own, from a file')
    .addOption(
      repeatable('--as <name>', 'show the events under this table name too; repeatable').default(
        [],
        'cloudtrail_logs alone',
      ),
    )
    .option('--max-rows <n>', 'rows to print in a table; --json prints all', positiveInteger, 1000)
    .option('--json', 'print the rows as a JSON array of objects')
    .addHelpText('after', HELP)
    .action(async (text: string | undefined, flags: QueryFlags, command: Command) => {
      if (flags.list === true) {
        console.log(listQuestions(text, flags.json === true));
        return;
      }
      const place = deployedPlace(flags, command);
      if (place !== undefined) refuseAliases(flags.as);
      const asked = await askedFor(text, flags, new Date());
      const print = async (result: QueryResult): Promise<void> => {
        if (flags.json === true) await writeJsonRows(result, process.stdout);
        else console.log(await table(result, flags.maxRows));
      };
      if (place === undefined) {
        using lake = await DuckdbLake.open(flags.lake, flags.as);
        await print(await askDuckdb(lake, asked));
        return;
      }
      const { sql, parameters } = asked.athena();
      await withAthena(place, async (athena) => {
        await print(await athena.query(sql, parameters));
      });
    });
}

/** What was asked, of a lake on this machine. */
export async function askDuckdb(lake: DuckdbLake, asked: Asked): Promise<QueryResult> {
  const { sql, values } = asked.duckdb();
  return await lake.query(sql, values);
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: readonly string[]) => [
    ...before,
    text,
  ]);
}

function refuseAliases(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new UsageError(
    `--as shows a lake on this machine under another name; Athena knows its own tables only. Write cloudtrail_logs instead of ${names.join(', ')} in the query`,
  );
}

const HELP = `
Examples:
  trailseal query --list
  trailseal query --list access-key-activity
  trailseal query access-key-activity --param access_key=AKIAIOSFODNN7EXAMPLE --param from_day=7d --param to_day=today
  trailseal query root-use --example --lake demo/lake
  trailseal query "SELECT eventname, count(*) AS n FROM cloudtrail_logs GROUP BY 1 ORDER BY n DESC LIMIT 10"
  trailseal query --file published.sql --as my_cloudtrail_table
  trailseal query "DESCRIBE cloudtrail_logs"
  trailseal query --workgroup trailseal-prod denied-by-principal --param from_day=2026-11-01 --param to_day=2026-11-21
  trailseal query --workgroup trailseal-prod "SELECT eventname, count(*) FROM cloudtrail_logs WHERE day = '21' GROUP BY 1"

Days are UTC: 2026-11-21, today, or 7d for a week ago. Values are bound, never part of the query's text.
${WORKGROUP_HELP}
There, cloudtrail_logs holds every delivery.`;

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
