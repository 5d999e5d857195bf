import { InvalidArgumentError, Option } from 'commander';

/** `--lake`, the same everywhere. */
export function lakeOption(): Option {
  return new Option('-l, --lake <dir>', 'the lake').default('lake').env('TRAILSEAL_LAKE');
}

/** Threads beyond this gain nothing, and thousands of them take the machine down. */
const MAX_JOBS = 64;

export function jobCount(text: string): number {
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
