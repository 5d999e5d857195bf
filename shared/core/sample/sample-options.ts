import { SAMPLE_REGIONS } from './organisation.ts';

export interface SampleOptions {
  /** The same seed and options make the same files. */
  readonly seed: string;
  /** No event is older. */
  readonly start: Date;
  readonly hours: number;
  /** Over the whole organisation, averaged over a day; more in the afternoon (UTC) than at night. */
  readonly eventsPerHour: number;
  readonly accounts: number;
  readonly regions: number;
  /** Share of the log files that a second trail delivers into the same bucket once more: the same bytes, another name. */
  readonly doubledShare: number;
}

export const DEFAULT_SAMPLE_OPTIONS: SampleOptions = {
  seed: 'trailseal',
  start: new Date('2026-11-01T00:00:00Z'),
  hours: 24,
  eventsPerHour: 5000,
  accounts: 3,
  regions: 4,
  doubledShare: 0.02,
};

/** An option that no sample can be made with. The message names it and what it may be. */
export class InvalidSampleOption extends Error {
  readonly option: keyof SampleOptions;

  constructor(option: keyof SampleOptions, expected: string) {
    super(`${option} must be ${expected}`);
    this.name = 'InvalidSampleOption';
    this.option = option;
  }
}

/** Throws `InvalidSampleOption`. */
export function checkSampleOptions(options: SampleOptions): void {
  const { start, hours, eventsPerHour, accounts, regions, doubledShare } = options;
  if (Number.isNaN(start.getTime())) throw new InvalidSampleOption('start', 'a date');
  if (!(hours > 0)) throw new InvalidSampleOption('hours', 'more than 0');
  if (!(eventsPerHour > 0)) throw new InvalidSampleOption('eventsPerHour', 'more than 0');
  if (!whole(accounts, 1000)) throw new InvalidSampleOption('accounts', 'a whole number from 1 to 1000');
  if (!whole(regions, SAMPLE_REGIONS.length)) {
    throw new InvalidSampleOption('regions', `a whole number from 1 to ${SAMPLE_REGIONS.length}`);
  }
  if (!(doubledShare >= 0 && doubledShare <= 1)) throw new InvalidSampleOption('doubledShare', 'from 0 to 1');
}

function whole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
