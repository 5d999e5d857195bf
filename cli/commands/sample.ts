import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import {
  DEFAULT_SAMPLE_OPTIONS as DEFAULTS,
  sampleLogFiles,
  type SampleFile,
  type SampleLimit,
  type SampleOptions,
} from '../../shared/core/sample/sample-log-files.ts';
import { samplePublicKeys } from '../../shared/core/sample/sample-key.ts';
import { InvalidSampleOption } from '../../shared/core/sample/sample-options.ts';
import { positiveInteger } from '../options.ts';
import { bytes, count } from '../output/human.ts';
import { UsageError } from '../usage-error.ts';

export interface SampleFlags {
  readonly seed: string;
  readonly start: Date;
  readonly hours?: number;
  readonly events?: number;
  readonly size?: number;
  readonly accounts: number;
  readonly regions: number;
  readonly eventsPerHour: number;
  readonly doubledShare: number;
  readonly publicKeys?: string;
  readonly force?: true;
  readonly json?: true;
}

export interface SampleSummary {
  files: number;
  records: number;
  /** Of log files, before compression. */
  rawBytes: number;
  /** Of everything, as written. */
  bytes: number;
  /** Files by the trail's folders. */
  kinds: Record<string, number>;
  /** Oldest and newest `eventTime`. */
  from: string | null;
  to: string | null;
}

/** Where `--size` or `--events` says when to stop, and `--hours` doesn't: a hundred years. */
const UNTIL_LIMIT = 100 * 366 * 24;

export function sampleCommand(): Command {
  return new Command('sample')
    .summary('make realistic CloudTrail log files')
    .description(
      'Writes the CloudTrail bucket of a made-up organisation into a folder: log files, Insights, digests with true hashes, late and doubled ' +
        'deliveries, and a small break-in to find. The same seed and options make the same records.',
    )
    .argument('<dir>', 'an empty or new folder')
    .option('--seed <text>', 'what chance starts from', DEFAULTS.seed)
    .option('--start <date>', 'time of the first event, UTC', date, DEFAULTS.start)
    .option(
      '--hours <n>',
      `period covered (default: ${DEFAULTS.hours}, or as --size and --events need)`,
      positive,
    )
    .option('--events <n>', 'stop at this many records', positiveInteger)
    .option('--size <bytes>', 'stop at this much JSON before compression: 100MB, 10GB', size)
    .option('--accounts <n>', 'accounts', positiveInteger, DEFAULTS.accounts)
    .option('--regions <n>', 'regions', positiveInteger, DEFAULTS.regions)
    .option('--events-per-hour <n>', 'on average, in all accounts', positive, DEFAULTS.eventsPerHour)
    .option(
      '--doubled-share <n>',
      'share of log files delivered twice, 0 to 1',
      number,
      DEFAULTS.doubledShare,
    )
    .option('--public-keys <file>', 'write there the key that digests are signed with, for trailseal verify')
    .option('--force', 'write into a folder that is not empty')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
    .action((dir: string, flags: SampleFlags) => {
      const summary = writeSample(dir, flags);
      if (flags.publicKeys !== undefined) writeFileSync(flags.publicKeys, samplePublicKeys());
      console.log(flags.json === true ? JSON.stringify(summary) : describe(dir, summary));
    });
}

const HELP = `
Examples:
  trailseal sample ./logs                       a day of three accounts, about 185 MB of JSON
  trailseal sample ./logs --size 10GB           as many days as it takes
  trailseal sample ./logs --hours 2 --seed a    another organisation's two hours
  trailseal ingest ./logs --lake ./lake         what to do with it`;

export function writeSample(dir: string, flags: SampleFlags): SampleSummary {
  if (flags.force !== true) refuseFullFolder(dir);
  const summary: SampleSummary = {
    files: 0,
    records: 0,
    rawBytes: 0,
    bytes: 0,
    kinds: {},
    from: null,
    to: null,
  };
  const progress = process.stderr.isTTY ? new SampleProgress(flags) : undefined;
  const folders = new Set<string>();
  try {
    for (const file of sampleLogFiles(optionsOf(flags), limitOf(flags))) {
      const path = join(dir, file.key);
      const folder = dirname(path);
      if (!folders.has(folder)) mkdirSync(folder, { recursive: true });
      folders.add(folder);
      // Synchronously: making the next file keeps this thread busy anyway.
      writeFileSync(path, file.body);
      add(summary, file);
      progress?.show(summary);
    }
  } catch (error) {
    throw error instanceof InvalidSampleOption ? new UsageError(error.message, { cause: error }) : error;
  } finally {
    progress?.stop();
  }
  return summary;
}

function optionsOf(flags: SampleFlags): SampleOptions {
  const { seed, start, accounts, regions, eventsPerHour, doubledShare } = flags;
  const limited = flags.size !== undefined || flags.events !== undefined;
  const hours = flags.hours ?? (limited ? UNTIL_LIMIT : DEFAULTS.hours);
  return { seed, start, hours, accounts, regions, eventsPerHour, doubledShare };
}

function limitOf({ events, size }: SampleFlags): SampleLimit {
  return { records: events ?? Infinity, rawBytes: size ?? Infinity };
}

/** A second sample over the first would make a bucket that no trail ever wrote. */
function refuseFullFolder(dir: string): void {
  try {
    if (readdirSync(dir).length === 0) return;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR') throw new UsageError(`${dir} is not a folder: name a new one`, { cause: error });
    throw error;
  }
  throw new UsageError(
    `${dir} is not empty: name a new folder, or add --force to write into it all the same`,
  );
}

function add(summary: SampleSummary, file: SampleFile): void {
  summary.files += 1;
  summary.records += file.records;
  summary.bytes += file.body.length;
  summary.kinds[file.folder] = (summary.kinds[file.folder] ?? 0) + 1;
  if (file.folder === 'CloudTrail-Digest') return;
  summary.rawBytes += file.rawBytes;
  const { oldestEventTime: oldest, newestEventTime: newest } = file;
  if (oldest !== null && (summary.from === null || oldest < summary.from)) summary.from = oldest;
  if (newest !== null && (summary.to === null || newest > summary.to)) summary.to = newest;
}

function describe(dir: string, summary: SampleSummary): string {
  const { files, records, rawBytes, from, to } = summary;
  return (
    `${count(files, 'file')} in ${dir}: ${count(records, 'record')}, ${bytes(rawBytes)} of JSON, ${bytes(summary.bytes)} compressed\n` +
    `from ${from ?? '-'} to ${to ?? '-'}`
  );
}

/** A bar on a terminal, by whichever limit comes first. */
class SampleProgress {
  readonly #flags: SampleFlags;
  readonly #bar: SingleBar;

  constructor(flags: SampleFlags) {
    this.#flags = flags;
    const format = ' {bar} {percentage}% │ {files} files │ {records} records │ {eta_formatted} left';
    const options = { format, stream: process.stderr, clearOnComplete: true, hideCursor: true };
    this.#bar = new SingleBar(options, Presets.shades_classic);
    this.#bar.start(1000, 0, { files: 0, records: 0 });
  }

  show({ files, records, rawBytes, to }: SampleSummary): void {
    // Drawing costs more than a small file.
    if (files % 50 !== 0) return;
    const { events = Infinity, size = Infinity } = this.#flags;
    const period = optionsOf(this.#flags).hours * 3_600_000;
    const passed = to === null ? 0 : Date.parse(to) - this.#flags.start.getTime();
    const share = Math.max(records / events, rawBytes / size, passed / period);
    this.#bar.update(Math.min(1000, Math.floor(share * 1000)), { files, records });
  }

  stop(): void {
    this.#bar.stop();
  }
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function positive(text: string): number {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError('It must be above 0.');
  return value;
}

/** An ISO 8601 date or time; UTC where it names no offset, whatever the machine's time zone. */
function date(text: string): Date {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const value = match === null ? undefined : new Date(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  if (value === undefined || Number.isNaN(value.getTime())) {
    throw new InvalidArgumentError('It must be a date such as 2026-11-01 or 2026-11-01T09:00:00Z.');
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Decimal units: 10GB is 10,000,000,000 bytes. */
function size(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?b)?$/i.exec(text.trim());
  const unit = UNITS[(match?.[2] ?? '').toUpperCase()];
  const value = match === null || unit === undefined ? 0 : Math.round(Number(match[1]) * unit);
  if (value < 1) throw new InvalidArgumentError('It must be a size such as 500kB, 100MB or 10GB.');
  return value;
}
