import { Command, InvalidArgumentError, Option } from 'commander';
import { DirectoryExpiry } from '../../shared/adapters/directory-expiry.ts';
import { asError } from '../../shared/core/as-error.ts';
import { DELIVERIES } from '../../shared/core/events-view.ts';
import { partitionPrefix } from '../../shared/core/lake-keys.ts';
import { filledPartitions } from '../../shared/jobs/closed-partitions.ts';
import { compact, SETTLE_MS, type CompactPorts } from '../../shared/jobs/compact.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { repointAll } from '../../shared/jobs/repoint-all.ts';
import { EXIT } from '../exit-codes.ts';
import { openLake } from '../open-lake.ts';
import { lakeOption } from '../options.ts';
import { compactReport } from '../output/compact-report.ts';
import { CountingBar } from '../output/counting-bar.ts';
import { count } from '../output/human.ts';
import { isS3Url, parseS3Url } from '../s3-place.ts';
import { UsageError } from '../usage-error.ts';

interface CompactFlags {
  readonly lake: string;
  readonly database?: string;
  readonly removeReplaced?: number;
  readonly repair?: true;
  readonly json?: true;
}

export function compactCommand(): Command {
  return new Command('compact')
    .summary('rewrite closed days as few large objects')
    .description(
      "Rewrites each closed day's many small objects into few large ones, sorted so that questions read little, each event once; and merges what " +
        'came late. Queries see the old objects or the new, at no time both or neither.',
    )
    .addOption(lakeOption('the lake: a folder, or s3://bucket'))
    .option(
      '--database <name>',
      'of a lake in S3: move its partitions in this Glue database (the deployed function does it on its next run)',
    )
    .addOption(
      new Option(
        '--remove-replaced <days>',
        'of a lake in a folder: remove what generations took the place of so many days ago; all of it stays otherwise',
      ).argParser(days),
    )
    .option(
      '--repair',
      'compact nothing, but move every day that has been compacted to where it lies, those too that were dropped from the catalogue (with --database)',
    )
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
    .action(async (flags: CompactFlags) => {
      const lake = await openLake(flags.lake);
      const places = await placesOf(flags);
      if (flags.repair === true) {
        if (places.catalogue === undefined)
          throw new UsageError('--repair goes with a lake in S3 and --database, whose partitions it moves');
        const moved = await repointAll({ lake, ...places.catalogue });
        console.log(
          flags.json === true ? JSON.stringify({ moved }) : `${count(moved, 'partition')} moved or added`,
        );
        return;
      }
      const bar = new CountingBar('days of an account and region');
      const all = process.stderr.isTTY ? await partitionsIn(lake) : 0;
      let done = 0;
      const progress = (): void => {
        done += 1;
        bar.show(done, all);
      };
      const ports = { lake, now: Date.now, ...places };
      const summary = await compact(ports, { settleMs: SETTLE_MS, progress });
      bar.stop();
      const failures = summary.failures.map(({ partition, error }) => ({
        partition: partitionPrefix(partition),
        error: asError(error).message,
      }));
      const told = { ...summary, failures };
      console.log(flags.json === true ? JSON.stringify({ ...told, ...usage() }) : compactReport(told));
      if (failures.length > 0) process.exitCode = EXIT.incomplete;
    });
}

const HELP = `
A day is closed three hours after it is over, UTC. What the new objects hold is written down, sealed and verified like everything else
(docs/compaction.md). Run it as often as you like, twice at a time, kill it anywhere: the next run goes on.

Examples:
  trailseal compact --lake ./lake
  trailseal compact --lake ./lake --remove-replaced 7
  trailseal compact --lake s3://my-lake-bucket --database trailseal_prod

Exit codes: 0 done; 1 it could not be done; 2 the command line is not understood; 3 some days could not be compacted, and why is said.`;

/** Where partitions are moved, and what removes what was replaced. Throws `UsageError`. */
async function placesOf({
  lake,
  database,
  removeReplaced,
}: CompactFlags): Promise<Pick<CompactPorts, 'catalogue' | 'expiry'>> {
  if (!isS3Url(lake)) {
    if (database !== undefined) throw new UsageError('--database goes with a lake in S3');
    if (removeReplaced === undefined) return {};
    return { expiry: new DirectoryExpiry(lake, removeReplaced * DAY_MS) };
  }
  if (removeReplaced !== undefined)
    throw new UsageError(
      "in S3 the bucket's lifecycle rule removes what was replaced: leave --remove-replaced out",
    );
  if (database === undefined) return {};
  const { GlueCatalogue } = await import('../../shared/adapters/glue-catalogue.ts');
  return {
    catalogue: {
      catalogue: new GlueCatalogue(database, DELIVERIES),
      root: `s3://${parseS3Url(lake).bucket}`,
    },
  };
}

/** What this process took: seconds, and MB at most at once. */
function usage(): { readonly seconds: number; readonly cpuSeconds: number; readonly peakMemoryMB: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    seconds: performance.now() / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMemoryMB: maxRSS / 1024,
  };
}

async function partitionsIn(lake: ObjectStore): Promise<number> {
  let found = 0;
  for await (const _ of filledPartitions(lake)) found += 1;
  return found;
}

const DAY_MS = 24 * 60 * 60 * 1000;

function days(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || text.trim() === '') throw new InvalidArgumentError('Give a number of days.');
  return value;
}
