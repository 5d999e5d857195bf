import type { IngestSummary } from '../../shared/jobs/ingest-summary.ts';
import { bytes, count, printable } from './human.ts';

/** Problems shown; the rest is in `--json`. */
const SHOWN = 10;

/** Why files were passed over, in words. */
export const SKIPPED: Readonly<Record<string, string>> = {
  digest: "CloudTrail's digests, which are for verifying",
  'sign-file': "CloudTrail Lake's sign files, which are for verifying",
  'folder-marker': 'folder markers',
  'other-service': "other services' logs",
  'not-a-log-file': 'not named like a log file (.json, .json.gz, .gz, .ndjson, .jsonl, result_1.csv)',
};

/** What an ingest run came to, in lines for people: what was done, what was not and why, what needs a look. */
export function ingestReport(summary: IngestSummary, seconds: number): string {
  return [...done(summary, seconds), ...notDone(summary), ...problems(summary)].join('\n');
}

function done(
  { logFiles, rows, bytes: size, parquetObjects, batchesOfOthers }: IngestSummary,
  seconds: number,
): string[] {
  if (logFiles.found === 0) return ['no log files found there'];
  const lines: string[] = [];
  if (logFiles.ingested > 0 || logFiles.present === 0) {
    const speed = `${count(Math.round(rows / seconds), 'row')}/s, ${(size.text / 1e6 / seconds).toFixed(0)} MB/s`;
    lines.push(
      `${count(logFiles.ingested, 'log file')} ingested: ${count(rows, 'row')} of ${bytes(size.text)} in ${seconds.toFixed(1)} s ` +
        `(${speed}) → ${count(parquetObjects, 'Parquet object')}, ${bytes(size.parquet)}`,
    );
  }
  if (logFiles.present > 0) lines.push(`${count(logFiles.present, 'log file')} already there`);
  if (batchesOfOthers > 0) {
    lines.push(`${count(batchesOfOthers, 'batch', 'batches')} of an earlier or another run finished`);
  }
  return lines;
}

function notDone({ logFiles, quarantined, batchesUnfinished }: IngestSummary): string[] {
  const lines = Object.entries(logFiles.skipped).map(
    ([reason, files]) => `${count(files, 'file')} skipped: ${SKIPPED[reason] ?? reason}`,
  );
  if (quarantined.files + quarantined.records > 0) {
    lines.push(`in quarantine: ${count(quarantined.files, 'file')}, ${count(quarantined.records, 'record')}`);
  }
  if (logFiles.unavailable > 0) {
    lines.push(`NOT ingested: ${count(logFiles.unavailable, 'log file')} could not be had`);
  }
  if (batchesUnfinished > 0) {
    const batches = count(batchesUnfinished, 'batch', 'batches');
    lines.push(`UNFINISHED: ${batches}; a log file in each could not be had, and the others wait for it`);
  }
  return lines;
}

function problems({ problems }: IngestSummary): string[] {
  const lines = problems
    .slice(0, SHOWN)
    .map(({ logFile, problem }) => `  ${printable(logFile)}: ${printable(problem)}`);
  return problems.length > SHOWN ? [...lines, '  … more with --json'] : lines;
}
