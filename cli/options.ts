import { InvalidArgumentError, Option } from 'commander';

/** `--lake`, the same everywhere. */
export function lakeOption(): Option {
  return new Option('-l, --lake <dir>', 'the lake').default('lake').env('TRAILSEAL_LAKE');
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}
