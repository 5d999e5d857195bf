import { Command, Option } from 'commander';
import type { TrailFilter } from '../../shared/core/trail-tree.ts';
import { DEFAULT_RATE } from '../../shared/jobs/backfill.ts';
import {
  accountIds,
  dayFolder,
  jobsOption,
  lakeOption,
  maxLogFileMbOption,
  positiveInteger,
  regionNames,
} from '../options.ts';
import { refuseLakeAsSource } from '../open-lake.ts';
import { ingestFound, sendFound, surveyFound, type BackfillFlags } from '../run-backfill.ts';
import { UsageError } from '../usage-error.ts';

interface Flags extends BackfillFlags {
  readonly from?: string;
  readonly to?: string;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly dryRun?: true;
}

export function backfillCommand(): Command {
  const lake = lakeOption('the lake: a folder, or s3://bucket');
  // Where both are left out nothing says what is wanted.
  lake.defaultValue = undefined;
  return new Command('backfill')
    .summary('bring years of log files in a bucket into a lake')
    .description(
      "Finds a trail's log files in a bucket by day, account and region, without listing the rest of it, and brings them into a lake: " +
        'through the queue of the deployed pipeline (--queue), or on this machine (--lake alone).',
    )
    .argument('<place>', 's3://bucket[/prefix], anywhere above or inside AWSLogs/')
    .option('--from <day>', "first day, as 2026-11-01; the day is that of the log file's folder", dayFolder)
    .option('--to <day>', 'last day, itself included', dayFolder)
    .option('--account <id>', 'only this account; may be given again', accountIds)
    .option('--region <name>', 'only this region; may be given again', regionNames)
    .addOption(lake)
    .option('--queue <url>', "URL of the deployed pipeline's queue of log files")
    .addOption(
      new Option('--rate <n>', 'log files a second to send, at most')
        .argParser(positiveInteger)
        .default(DEFAULT_RATE),
    )
    .addOption(jobsOption())
    .addOption(maxLogFileMbOption())
    .option('--dry-run', 'only count, and estimate messages and cost')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
    .action(async (place: string, flags: Flags) => {
      check(place, flags);
      const { from, to, account: accounts = [], region: regions = [] } = flags;
      const filter: TrailFilter = {
        accounts,
        regions,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
      if (flags.dryRun === true) await surveyFound(place, filter, flags);
      else if (flags.queue !== undefined) await sendFound(place, filter, flags, flags.queue);
      else if (flags.lake !== undefined) await ingestFound(place, filter, flags, flags.lake);
    });
}

const HELP = `
With --queue, messages like CloudTrail's own notifications are sent, and the deployed functions do the rest; sending a log file
twice does no harm. With --lake s3://bucket beside it, log files that are in the lake already are left out. Cut off or stopped, the same
command goes on. Without --queue, this machine reads the log files into --lake, as trailseal ingest does.

Examples:
  trailseal backfill s3://my-trail-bucket --dry-run
  trailseal backfill s3://my-trail-bucket --from 2024-01-01 --to 2024-12-31 --lake s3://my-lake-bucket \\
    --queue https://sqs.us-east-1.amazonaws.com/111122223333/trailseal-prod-normalise
  trailseal backfill s3://my-trail-bucket/AWSLogs/o-exampleorg/ --account 111122223333 --region us-east-1 --lake ./lake

Exit codes: 0 all of it is sent, or in the lake; 1 it could not be done, or no log files were found; 3 some log files were refused by the
queue or could not be had; 130 stopped with Ctrl-C.`;

/** Throws `UsageError` for flags that don't go together. */
function check(place: string, { from, to, queue, lake, dryRun }: Flags): void {
  if (!place.startsWith('s3://')) {
    throw new UsageError(
      `${place} is not of the form s3://bucket/prefix; for folders there is trailseal ingest`,
    );
  }
  if (from !== undefined && to !== undefined && from > to) {
    throw new UsageError(`--from ${isoDay(from)} is after --to ${isoDay(to)}`);
  }
  if (queue === undefined && lake === undefined && dryRun !== true) {
    throw new UsageError(
      'say where the log files are to go: --queue URL (the deployed pipeline), --lake PLACE (on this machine), or --dry-run',
    );
  }
  if (queue !== undefined && !/^https?:\/\/[^/]+\/.+/.test(queue)) {
    throw new UsageError(
      `--queue ${queue} is not a queue's URL (https://sqs.REGION.amazonaws.com/ACCOUNT/NAME)`,
    );
  }
  if (lake !== undefined) refuseLakeAsSource([place], lake);
}

function isoDay(folder: string): string {
  return folder.replaceAll('/', '-');
}
