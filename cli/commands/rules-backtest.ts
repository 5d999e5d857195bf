import { Command } from 'commander';
import type { BacktestReport } from '../../shared/jobs/backtest.ts';
import { databaseOption, lakeOption, positiveInteger, workgroupOption } from '../options.ts';
import { backtestMarkdown } from '../output/rules-backtest-markdown.ts';
import { backtestText } from '../output/rules-backtest.ts';
import { printable } from '../output/human.ts';
import { loadRules } from '../rule-files.ts';
import { ruleOption, rulesOption } from '../rule-options.ts';
import { timeParser } from '../time-options.ts';
import { UsageError } from '../usage-error.ts';
import { deployedPlace, WORKGROUP_HELP, type PlaceFlags } from '../workgroup.ts';

interface BacktestFlags extends PlaceFlags {
  readonly rules: string;
  readonly rule: readonly string[];
  readonly against?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly markdown?: true;
  readonly json?: true;
}

export function backtestCommand(): Command {
  const now = new Date();
  return new Command('backtest')
    .summary('what rules would have alerted over the lake')
    .description(
      'Holds rules against the events of a lake, each once, and groups what they select as the stream does: how many alerts a day that would ' +
        'have been, who sets them off, and which events. With --against, the rules as they were run beside them.',
    )
    .addOption(rulesOption())
    .addOption(ruleOption())
    .option('--against <folder>', 'the rules as they were, to compare with')
    .addOption(lakeOption())
    .addOption(workgroupOption())
    .addOption(databaseOption())
    .option(
      '--from <time>',
      'events from this time on: 2026-11-01, 2026-11-01T10:00:00Z, or 90d, 24h, 30m ago',
      timeParser(now),
    )
    .option('--to <time>', 'events before this time', timeParser(now))
    .option('-n, --limit <n>', 'events to show of each rule', positiveInteger, 3)
    .option('--markdown', 'print it for a pull request')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async (flags: BacktestFlags, command: Command) => {
      const place = deployedPlace(flags, command);
      if (place !== undefined && flags.from === undefined)
        throw new UsageError(
          'every day that Athena reads is paid for: choose them with --from (such as --from 7d)',
        );
      const [rules, against] = await Promise.all([
        loadRules(flags.rules, flags.rule),
        flags.against === undefined ? undefined : loadRules(flags.against),
      ]);
      const isChosen = (id: string): boolean => flags.rule.length === 0 || flags.rule.includes(id);
      const { from, to, limit: samples } = flags;
      // DuckDB takes longer to load than the other subcommands take to run.
      const { runBacktest } = await import('../run-backtest.ts');
      const report = await runBacktest(flags.lake, place, {
        rules: rules.map(({ rule }) => rule),
        against: against?.map(({ rule }) => rule).filter(({ definition }) => isChosen(definition.id)),
        from,
        to,
        samples,
        now: now.getTime(),
      });
      if (report !== undefined) print(report, flags);
    });
}

function print(report: BacktestReport, { markdown, json }: BacktestFlags): void {
  if (json === true) console.log(printable(JSON.stringify(report)));
  else console.log(markdown === true ? backtestMarkdown(report) : backtestText(report));
}

const HELP = `
Examples:
  trailseal rules backtest --lake ./lake
  trailseal rules backtest --rule denied-calls-burst --from 30d --limit 20
  git worktree add /tmp/main main && trailseal rules backtest --against /tmp/main/rules --markdown
  trailseal rules backtest --workgroup trailseal-prod --from 7d

A lake on this machine is made of log files: trailseal ingest ./logs --lake ./lake, or trailseal backfill for those in a bucket.
Windows are cut where --from and --to cut them: whole days count as the stream does.
${WORKGROUP_HELP}
What the rules' events are called is asked of Athena, and they are judged here; rules that name no events (trailseal rules explain tells)
need every event of the period to come down: for weeks of a busy organisation, backfill those into a lake.`;
