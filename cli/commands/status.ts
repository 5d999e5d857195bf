import { resolve } from 'node:path';
import { Command } from 'commander';
import { AthenaError, type AthenaPlace } from '../../shared/adapters/athena-error.ts';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { COUNTS_SQL } from '../../shared/adapters/duckdb-once-each.ts';
import { countSql, DELIVERIES } from '../../shared/core/events-view.ts';
import { firstRow, type QueryResult } from '../../shared/core/query-result.ts';
import { status, type LakeStatus } from '../../shared/jobs/status.ts';
import { databaseOption, lakeOption, workgroupOption } from '../options.ts';
import { bytes, count, printable } from '../output/human.ts';
import { s3Options } from '../../shared/adapters/s3-options.ts';
import { deployedPlace, withAthena, WORKGROUP_HELP, type PlaceFlags } from '../workgroup.ts';

interface StatusFlags extends PlaceFlags {
  readonly events: boolean;
  readonly json?: true;
}

export function statusCommand(): Command {
  return new Command('status')
    .summary('what the lake holds')
    .description(
      'Tells what the lake holds: log files, events, days, accounts, regions, and what is in quarantine.',
    )
    .addOption(lakeOption())
    .addOption(workgroupOption())
    .addOption(databaseOption())
    .option('--no-events', 'leave out the count of events, the one figure that the lake itself is read for')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async (flags: StatusFlags, command: Command) => {
      const place = deployedPlace(flags, command);
      if (place !== undefined) {
        await deployedStatus(place, flags);
        return;
      }
      using lake = await DuckdbLake.open(flags.lake);
      const found = await status(new DirectoryStore(resolve(flags.lake)));
      // Counted in the lake itself: rows of a batch are there before its receipts.
      const counts = flags.events ? await countsOf(await lake.query(COUNTS_SQL)) : uncounted(found);
      print(found, counts, flags.json);
    });
}

const HELP = `
Examples:
  trailseal status --lake ./lake --json
  trailseal status --workgroup trailseal-prod
${WORKGROUP_HELP}
Athena counts the events, for which it reads two columns of the whole lake; all else is in the receipts in the lake's bucket, one request to
S3 a batch.`;

/** Receipts are lists in lists, which Athena prints as text that can't be read back: they come from the bucket itself. */
async function deployedStatus(place: AthenaPlace, { events, json }: StatusFlags): Promise<void> {
  const [{ lakeBucket }, { S3Store }] = await Promise.all([
    import('../../shared/adapters/deployed-lake.ts'),
    import('../../shared/adapters/s3-store.ts'),
  ]);
  const found = await status(new S3Store(await lakeBucket(place), s3Options()));
  if (!events) {
    print(found, uncounted(found), json);
    return;
  }
  await withAthena(place, async (athena) => {
    const [events] = await firstRow(await athena.query(countSql(DELIVERIES)).catch(adviseNoEvents));
    print(found, { ...uncounted(found), events: Number(events) }, json);
  });
}

function adviseNoEvents(error: unknown): never {
  if (!(error instanceof AthenaError) || error.code !== 'scan-limit') throw error;
  throw new AthenaError(error.code, `${error.message}\nOr leave the events uncounted: --no-events`, {
    cause: error,
  });
}

interface Counts {
  /** Each counted once; null if nobody counted. */
  readonly events: number | null;
  readonly deliveries: number;
}

async function countsOf(result: QueryResult): Promise<Counts> {
  const [events, deliveries] = await firstRow(result);
  return { events: Number(events), deliveries: Number(deliveries) };
}

/** The receipts know the deliveries. */
function uncounted({ rows }: LakeStatus): Counts {
  return { events: null, deliveries: rows };
}

function print(found: LakeStatus, counts: Counts, json: true | undefined): void {
  console.log(json === true ? JSON.stringify({ ...found, ...counts }) : describe(found, counts));
}

function describe(found: LakeStatus, { events, deliveries }: Counts): string {
  const { days, quarantined, bytes: size } = found;
  const reasons = Object.entries(quarantined.byReason).map(([reason, n]) => `${printable(reason)} ${n}`);
  const lines = [
    [
      'events',
      (events === null ? 'not counted' : `${count(events, 'event')}, each counted once`) +
        ` (${count(deliveries, 'delivery', 'deliveries')})`,
    ],
    ['from', found.oldestEventTime ?? '–'],
    ['to', found.newestEventTime ?? '–'],
    ['days', days.first === null ? '–' : `${days.count} (${days.first} to ${days.last})`],
    ['accounts', listed(found.accounts)],
    ['regions', listed(found.regions)],
    [
      'log files',
      `${count(found.logFiles, 'log file')}, ${bytes(size.stored)} as stored, ${bytes(size.text)} of JSON`,
    ],
    ['lake', `${count(found.parquetObjects, 'Parquet object')}, ${bytes(size.parquet)}`],
    [
      'quarantine',
      `${count(quarantined.files, 'file')}, ${count(quarantined.records, 'record')}` +
        (reasons.length > 0 ? ` (${reasons.join(', ')})` : ''),
    ],
  ] as const;
  const text = lines.map(([name, value]) => `${name.padStart(10)}  ${value}`).join('\n');
  if (found.unfinishedBatches === 0) return text;
  return `${text}\n${count(found.unfinishedBatches, 'batch is', 'batches are')} unfinished: a run is under way, or one was cut off. Ingest the same log files again to finish.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return `${names.length} (${shown}${names.length > 8 ? ', …' : ''})`;
}
