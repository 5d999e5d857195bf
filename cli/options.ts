import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { DEFAULT_LIMITS } from '../shared/core/limits.ts';

/** `--lake`, the same everywhere. */
export function lakeOption(description = 'the lake'): Option {
  return new Option('-l, --lake <place>', description).default('lake').env('TRAILSEAL_LAKE');
}

/** `--workgroup`, for a lake that runs on AWS. */
export function workgroupOption(): Option {
  return new Option(
    '-w, --workgroup <name>',
    'ask the lake deployed on AWS, through this Athena workgroup (trailseal-<stage>)',
  );
}

/** `--database`, beside `--workgroup`. */
export function databaseOption(): Option {
  return new Option(
    '--database <name>',
    "database of the deployed lake (default: the workgroup's name with _ for -)",
  );
}

/** Threads beyond this gain nothing, and thousands of them take the machine down. */
const MAX_JOBS = 64;

/** `--jobs`, of whatever fills a lake. */
export function jobsOption(): Option {
  return new Option('-j, --jobs <n>', 'worker threads').argParser(jobCount).default(availableParallelism());
}

/** `--max-log-file-mb`, of whatever fills a lake. */
export function maxLogFileMbOption(): Option {
  return new Option('--max-log-file-mb <n>', 'largest log file to read, after decompression')
    .argParser(positiveInteger)
    .default(DEFAULT_LIMITS.logFileBytes / 1024 / 1024);
}

function jobCount(text: string): number {
  const jobs = positiveInteger(text);
  if (jobs > MAX_JOBS) throw new InvalidArgumentError(`At most ${MAX_JOBS}.`);
  return jobs;
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

/** A day as `YYYY-MM-DD`; becomes `YYYY/MM/DD`, as folders have it. */
export function dayFolder(text: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(`${text}T00:00:00Z`);
  // 30 February is taken for 2 March.
  if (day === undefined || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('Give a day of the calendar as 2026-11-21.');
  }
  return `${year}/${month}/${day}`;
}

/** One of several account ids. */
export function accountIds(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account id has 12 digits.');
  return [...before, text];
}

/** One of several regions; new ones come, so it only has to look like one. */
export function regionNames(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/.test(text))
    throw new InvalidArgumentError('Give a region as us-east-1.');
  return [...before, text];
}
