import { Command } from 'commander';
import { jobsOption, lakeOption, maxLogFileMbOption } from '../options.ts';
import { runIngest, tellIngest, type IngestFlags } from '../run-ingest.ts';

export function ingestCommand(): Command {
  return new Command('ingest')
    .summary('bring log files into a lake')
    .description(
      'Reads CloudTrail log files from folders, single files or an S3 prefix into a lake. Each record arrives exactly once: run it again, ' +
        'kill it, run it twice at a time, the lake comes out the same. What cannot be read goes to quarantine with its reason.',
    )
    .argument('<places...>', 'folders, files, or one s3://bucket/prefix')
    .addOption(lakeOption('the lake: a folder, or s3://bucket'))
    .addOption(jobsOption())
    .addOption(maxLogFileMbOption())
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
    .action(async (places: string[], flags: IngestFlags & { readonly json?: true }) => {
      tellIngest(await runIngest(places, flags), flags.json === true);
    });
}

const HELP = `
Examples:
  trailseal ingest ./logs --lake ./lake
  trailseal ingest AWSLogs/111122223333/CloudTrail/us-east-1/2026/11 --lake ./lake
  trailseal ingest s3://my-trail-bucket/AWSLogs/ --lake ./lake
  trailseal ingest s3://my-trail-bucket/AWSLogs/ --lake s3://my-lake-bucket

For some days, accounts or regions of a bucket: trailseal backfill.

Exit codes: 0 all of it is in the lake (or in quarantine, which the summary tells), 3 some log files could not be had.`;
