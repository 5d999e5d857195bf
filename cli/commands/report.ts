import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { VerifiedNow } from '../../shared/core/report/integrity.ts';
import { databaseOption, lakeOption, workgroupOption } from '../options.ts';
import { printable } from '../output/human.ts';
import { loadRules } from '../rule-files.ts';
import { rulesOption } from '../rule-options.ts';
import { duration, timeParser } from '../time-options.ts';
import { UsageError } from '../usage-error.ts';
import { deployedPlace, WORKGROUP_HELP, type PlaceFlags } from '../workgroup.ts';

interface ReportFlags extends PlaceFlags {
  readonly from?: Date;
  readonly to?: Date;
  readonly baseline: number;
  readonly out?: string;
  readonly rules: string | false;
  readonly publicKeys?: readonly string[];
  readonly logs?: string;
  readonly json?: true;
}

const DAY_MS = 86_400_000;

export function reportCommand(): Command {
  const now = new Date();
  return new Command('report')
    .summary('a period as one HTML file')
    .description(
      'Writes one HTML file about a period: events by account and service, principals, denied calls, sign-ins, new access, rules, integrity and ' +
        'completeness, each chart with its figures and its query. The file loads nothing and runs nothing: mail it, print it, keep it.',
    )
    .addOption(lakeOption())
    .addOption(workgroupOption())
    .addOption(databaseOption())
    .option(
      '--from <time>',
      'events from this time on: 2026-11-01, 2026-11-01T10:00:00Z, or 90d, 24h, 30m ago (default: 30 days before --to)',
      timeParser(now),
    )
    .option('--to <time>', 'events before this time (default: now)', timeParser(now))
    .option(
      '--baseline <time>',
      'how long before --from new access is told from: 90d, 24h',
      duration,
      30 * DAY_MS,
    )
    .option('-o, --out <file>', 'the file to write; it is written over (default: trailseal-report.html)')
    .addOption(rulesOption())
    .option('--no-rules', 'run no rules, the one part that needs every event that a rule may select')
    .option(
      '--public-keys <file>',
      'verify the lake as well, with these keys, as trailseal verify does; may be given again',
      (file: string, files: readonly string[] | undefined) => [...(files ?? []), file],
    )
    .option(
      '--logs <place>',
      "beside --public-keys: the log files and CloudTrail's digests to verify the lake against",
    )
    .option('--json', 'print the figures as JSON; the file is written only if --out names one')
    .addHelpText('after', HELP)
    .action(async (flags: ReportFlags, command: Command) => {
      await makeReport(flags, command, now);
    });
}

const HELP = `
Examples:
  trailseal report --lake ./lake --from 7d --out week.html
  trailseal report --lake demo/lake --from 2026-11-02 --to 2026-11-03
  trailseal report --lake demo/lake --from 2026-11-01 --to 2026-11-03 --logs demo/logs --public-keys demo/public-keys.json
  trailseal report --workgroup trailseal-prod --from 7d --no-rules
${WORKGROUP_HELP}
Eleven queries, each over the period, two of them over the baseline before it as well; and one a day for the rules.`;

async function makeReport(flags: ReportFlags, command: Command, now: Date): Promise<void> {
  const place = deployedPlace(flags, command);
  if (place !== undefined && flags.from === undefined)
    throw new UsageError(
      'every day that Athena reads is paid for: choose them with --from (such as --from 7d)',
    );
  if (flags.logs !== undefined && flags.publicKeys === undefined)
    throw new UsageError('--logs is for verifying: give --public-keys too');
  const to = flags.to ?? now;
  const from = flags.from ?? new Date(to.getTime() - 30 * DAY_MS);
  if (from >= to)
    throw new UsageError(`--from (${from.toISOString()}) is not before --to (${to.toISOString()})`);
  const loaded = flags.rules === false ? undefined : await loadRules(flags.rules);
  // DuckDB takes longer to load than a slip in the options takes to tell.
  const [{ runReport }, { reportPage }] = await Promise.all([
    import('../run-report.ts'),
    import('../../shared/core/report/report-page.ts'),
  ]);
  const figures = await runReport(flags.lake, place, {
    period: { from, to, baselineFrom: new Date(Math.max(0, from.getTime() - flags.baseline)) },
    lake:
      place === undefined
        ? { name: flags.lake, options: ['--lake', flags.lake] }
        : { name: place.workgroup, options: ['--workgroup', place.workgroup, '--database', place.database] },
    now,
    rules: loaded?.map(({ rule }) => rule),
    verify: flags.publicKeys && (() => verifyNow(flags, flags.publicKeys ?? [])),
  });
  if (figures === undefined) return;
  if (flags.json === true) console.log(printable(JSON.stringify(figures)));
  const out = flags.out ?? (flags.json === true ? undefined : 'trailseal-report.html');
  if (out === undefined) return;
  await writeFile(out, reportPage(figures));
  if (flags.json !== true) console.log(`report written to ${out}`);
}

/** As `trailseal verify` does it. Throws what ends it before its end: half a verification is none. */
async function verifyNow(
  { lake: place, logs: logPlace }: ReportFlags,
  files: readonly string[],
): Promise<VerifiedNow> {
  const [{ runVerify }, { openEvidence }, { readPublicKeys }, { publicKeysOf }, { countFindings }] =
    await Promise.all([
      import('../run-verify.ts'),
      import('../open-evidence.ts'),
      import('../read-public-keys.ts'),
      import('../../shared/core/digest-checks.ts'),
      import('../../shared/core/report/integrity.ts'),
    ]);
  const keys = publicKeysOf((await Promise.all(files.map(readPublicKeys))).flat());
  const logs = logPlace === undefined ? undefined : await openEvidence(logPlace);
  const lake = await openEvidence(place);
  const until = logs?.bucket === undefined ? undefined : Date.now();
  const { counts, findings, error } = await runVerify(
    { logs, lake },
    { keys, until, sealedUntil: undefined, resume: undefined },
  );
  if (error !== undefined) throw error;
  return { withLogFiles: logs !== undefined, ...counts, findings: countFindings(findings) };
}
