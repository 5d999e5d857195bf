import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { EXIT } from '../exit-codes.ts';
import { openSource } from '../log-file-source.ts';
import { refuseLakeAsSource } from '../open-lake.ts';
import { lakeOption } from '../options.ts';
import { CountingLine } from '../output/counting-line.ts';
import { forwardReport } from '../output/forward-report.ts';
import { PrintedAlerts } from '../output/printed-alerts.ts';
import { loadRules } from '../rule-files.ts';
import { ruleOption, rulesOption } from '../rule-options.ts';
import { duration } from '../time-options.ts';
import { runForward } from '../run-forward.ts';
import { isS3Url } from '../s3-place.ts';
import { UsageError } from '../usage-error.ts';

interface ForwardFlags {
  readonly rules: string;
  readonly rule: readonly string[];
  readonly lake: string;
  readonly maxAge: number;
  readonly json?: true;
}

export function forwardCommand(): Command {
  return new Command('forward')
    .summary('print the alerts that log files give rise to')
    .description(
      'Holds the records of log files against the rules and prints an alert for each group of events, once, also when it is run again: what the ' +
        'deployed function does with every log file that arrives, here for log files at hand.',
    )
    .argument('<places...>', 'folders, files, or one s3://bucket/prefix')
    .addOption(rulesOption())
    .addOption(ruleOption())
    .addOption(lakeOption('where it is remembered what was told: a folder'))
    .addOption(
      new Option('--max-age <time>', 'leave out events from longer ago: 7d, 24h, 30m')
        .argParser(duration)
        .default(Infinity, 'none are too old'),
    )
    .option('--json', 'print each alert as one line of JSON, as subscribers get it')
    .addHelpText('after', HELP)
    .action(async (places: string[], flags: ForwardFlags) => {
      // Whatever is remembered in a deployed lake isn't sent there any more.
      if (isS3Url(flags.lake))
        throw new UsageError('forward remembers what it told in a folder of this machine: --lake <folder>');
      const rules = (await loadRules(flags.rules, flags.rule)).map(({ rule }) => rule);
      const source = await openSource(places, flags.lake);
      refuseLakeAsSource(places, flags.lake);
      const line = new CountingLine();
      const channel = new PrintedAlerts(process.stdout, flags.json === true);
      const run = { source, rules, lake: resolve(flags.lake), channel, maxAgeMs: flags.maxAge };
      const summary = await runForward({
        ...run,
        onProgress: (logFiles) => {
          line.show(logFiles);
        },
      }).finally(() => {
        line.stop();
      });
      console.error(forwardReport(summary, process.stderr.isTTY ? process.stderr.columns : 200));
      if (summary.failed.length > 0) process.exitCode = EXIT.incomplete;
    });
}

const HELP = `
Examples:
  trailseal forward ./logs --lake ./lake
  trailseal forward ./logs --rule root-console-login --json | jq .event
  trailseal forward s3://my-trail-bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/ --max-age 24h

Alerts go to standard output, and what it came to, rule by rule, to standard error: new events are those of log files
that were not held against the rules before (delivered twice, an event counts twice there, and once in its alert). Log files are read up to ${DEFAULT_LIMITS.storedBytes / 1024 / 1024} MB each.

Exit codes: 0 all log files were held against the rules, alerts or not; 3 some could not be had.`;
