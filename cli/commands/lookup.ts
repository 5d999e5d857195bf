import { Command, Option } from 'commander';
import { athenaEventsWhere } from '../../shared/adapters/athena-once-each.ts';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { duckdbEventsWhere } from '../../shared/adapters/duckdb-once-each.ts';
import { lookupQuery, type LookupFilter } from '../../shared/core/lookup.ts';
import { withParsedJson, type QueryResult } from '../../shared/core/query-result.ts';
import { databaseOption, lakeOption, positiveInteger, workgroupOption } from '../options.ts';
import { writeJsonRows } from '../output/json-rows.ts';
import { timeParser } from '../time-options.ts';
import { deployedPlace, withAthena, WORKGROUP_HELP, type PlaceFlags } from '../workgroup.ts';
import { table } from './query.ts';

interface LookupFlags extends Omit<LookupFilter, 'readOnly'>, PlaceFlags {
  readonly readOnly?: 'true' | 'false';
  readonly source?: string;
  readonly ip?: string;
  readonly limit: number;
  readonly json?: true;
}

export function lookupCommand(): Command {
  const now = new Date();
  return new Command('lookup')
    .summary('find events, newest first')
    .description(
      "Finds events like the CloudTrail console's Event history, over all the lake holds. Conditions add up.",
    )
    .addOption(lakeOption())
    .addOption(workgroupOption())
    .addOption(databaseOption())
    .option('--user <name>', 'user, role session, role, ARN or principal id; root for the root user')
    .option('--event-name <name>', 'such as ConsoleLogin')
    .option('--source <service>', 'event source, such as s3 or s3.amazonaws.com')
    .option('--access-key <id>', 'access key id')
    .option('--resource <name>', 'ARN or name of a resource')
    .option('--event-id <id>', 'one event')
    .option('--error [code]', 'failed calls, or those with this error code')
    .addOption(new Option('--read-only <bool>', 'reads, or changes').choices(['true', 'false']))
    .option('--ip <address>', 'source IP address')
    .option('--account <id>', 'account of the event')
    .option('--region <name>', 'region of the event')
    .option(
      '--from <time>',
      'from this time on: 2026-11-01, 2026-11-01T10:00:00Z, or 90d, 24h, 30m ago',
      timeParser(now),
    )
    .option('--to <time>', 'before this time', timeParser(now))
    .option('-n, --limit <n>', 'events to show', positiveInteger, 50)
    .option('--json', 'print the events whole, as a JSON array')
    .addHelpText('after', HELP)
    .action(async (flags: LookupFlags, command: Command) => {
      const place = deployedPlace(flags, command);
      // In a table, one more than shown, to know whether there are more.
      const [form, wanted] =
        flags.json === true ? (['full', flags.limit] as const) : (['short', flags.limit + 1] as const);
      const print = async (result: QueryResult): Promise<void> => {
        if (flags.json === true) await writeJsonRows(result, process.stdout);
        else console.log(await table(result, flags.limit, '--limit'));
      };
      if (place !== undefined) {
        await withAthena(place, async (athena) => {
          const { sql, jsonColumns } = lookupQuery(filterOf(flags), wanted, form, athenaEventsWhere);
          await print(withParsedJson(await athena.query(sql), jsonColumns));
        });
        return;
      }
      using lake = await DuckdbLake.open(flags.lake);
      const { sql, jsonColumns } = lookupQuery(filterOf(flags), wanted, form, duckdbEventsWhere);
      await print(withParsedJson(await lake.query(sql), jsonColumns));
    });
}

function filterOf(flags: LookupFlags): LookupFilter {
  const { readOnly, source, ip, ...same } = flags;
  return {
    ...same,
    ...(readOnly !== undefined && { readOnly: readOnly === 'true' }),
    ...(source !== undefined && { eventSource: source }),
    ...(ip !== undefined && { sourceIp: ip }),
  };
}

const HELP = `
Examples:
  trailseal lookup --user alice --read-only false --from 7d
  trailseal lookup --access-key AKIAIOSFODNN7EXAMPLE --json
  trailseal lookup --event-name ConsoleLogin --error
  trailseal lookup --workgroup trailseal-prod --user alice --from 7d
${WORKGROUP_HELP}
Conditions on account, region and time (--from, --to) are what makes it read less.`;
