import type { BackfillCost } from '../../shared/core/backfill-cost.ts';
import type { BackfillSummary } from '../../shared/jobs/backfill.ts';
import type { Survey } from '../../shared/jobs/survey.ts';
import { bytes, count, printable } from './human.ts';
import { SKIPPED } from './ingest-report.ts';
import { renderRows } from './table.ts';

/** Problems shown; the rest is in `--json`. */
const SHOWN = 10;
/** Accounts and regions shown one by one; more than a screen of them says nothing. */
const MAX_STREAMS = 40;

/** What sending came to, in lines for people. */
export function backfillReport(summary: BackfillSummary, seconds: number): string {
  const { logFiles, messages, problems, unfinished } = summary;
  const lines = [
    `${count(logFiles.sent, 'log file')} sent in ${count(messages, 'message')} (${bytes(summary.bytes)}) in ${seconds.toFixed(1)} s`,
    ...alreadyThere(logFiles.present),
    ...skippedLines(logFiles.skipped),
  ];
  if (unfinished > 0) {
    lines.push(`${count(unfinished, 'log file')} among them had been planned before, but not finished`);
  }
  if (logFiles.refused > 0) {
    lines.push(`NOT sent: ${count(logFiles.refused, 'log file')}; run the same command again`);
  }
  const shown = problems.slice(0, SHOWN).map((p) => `  ${printable(p.logFile)}: ${printable(p.problem)}`);
  return [...lines, ...shown, ...(problems.length > SHOWN ? ['  … more with --json'] : [])].join('\n');
}

/** What a backfill would do, in lines for people. `messages` is false if this machine would do the work. */
export function surveyReport(
  { logFiles, size, days, streams }: Survey,
  cost: BackfillCost,
  messages: boolean,
): string {
  const period = days.first === null ? '' : `, ${count(days.count, 'day')} (${days.first} to ${days.last})`;
  const dollars = cost.items.map(({ what, dollars }) => `  ${usd(dollars).padStart(9)}  ${what}`);
  return [
    `${count(size.logFiles, 'log file')} to go, ${bytes(size.bytes)} as stored${period}`,
    ...alreadyThere(logFiles.present),
    ...skippedLines(logFiles.skipped),
    ...(streams.length > 0 ? [streamTable(streams)] : []),
    ...(messages ? [`${count(size.messages, 'message')} of the queue`] : []),
    `about ${usd(cost.total)}, at the prices of us-east-1, an estimate:`,
    ...dollars,
  ].join('\n');
}

function alreadyThere(present: number): string[] {
  return present > 0 ? [`${count(present, 'log file')} already in the lake`] : [];
}

function skippedLines(skipped: Readonly<Partial<Record<string, number>>>): string[] {
  return Object.entries(skipped).map(
    ([reason, files]) => `${count(files ?? 0, 'file')} skipped: ${SKIPPED[reason] ?? reason}`,
  );
}

function streamTable(streams: Survey['streams']): string {
  if (streams.length > MAX_STREAMS) {
    const accounts = new Set(streams.map(({ account }) => account)).size;
    return `${count(accounts, 'account')}, ${count(streams.length, 'account and region', 'accounts and regions')} (--json lists them)`;
  }
  const rows = streams.map(({ account, region, logFiles, bytes: size }) => [
    account,
    region,
    logFiles.toLocaleString('en-US'),
    bytes(size),
  ]);
  return renderRows(['account', 'region', 'log files', 'bytes'], rows, process.stdout.columns || 120);
}

function usd(dollars: number): string {
  return dollars > 0 && dollars < 0.01 ? '<$0.01' : `$${dollars.toFixed(2)}`;
}
