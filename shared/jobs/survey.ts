import type { BackfillSize } from '../core/backfill-cost.ts';
import { streamOf, type SkipReason } from '../core/log-file-key.ts';
import type { SortedLogFile } from './sort-log-files.ts';
import { textEstimate } from './text-estimate.ts';

/** How log files would be put together. */
export interface Packing {
  readonly logFilesPerMessage: number;
  readonly messagesPerBatch: number;
  /** Log files of one stream to a batch of the lake, at most. */
  readonly batchFiles: number;
  /** How many work at once, each making batches of what it happens to get. */
  readonly workers: number;
}

/** What a backfill would find. */
export interface Survey {
  readonly logFiles: {
    /** Everything in the folders that were looked at. */
    readonly found: number;
    readonly present: number;
    readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  };
  /** Of the log files that still have to come into the lake. */
  readonly size: Omit<BackfillSize, 'listRequests'>;
  /** Folders' days, `YYYY-MM-DD`; null without log files. */
  readonly days: { readonly count: number; readonly first: string | null; readonly last: string | null };
  /** Sorted by account, then region. */
  readonly streams: readonly {
    readonly account: string;
    readonly region: string;
    readonly logFiles: number;
    readonly bytes: number;
  }[];
}

/** Counts, in memory that grows with accounts, regions and days, not with log files. `advanced` hears how many were looked at so far. */
export async function survey(
  pages: AsyncIterable<readonly SortedLogFile[]>,
  packing: Packing,
  advanced: (found: number) => void,
): Promise<Survey> {
  const tally = new SurveyTally(packing);
  for await (const page of pages) {
    for (const sorted of page) tally.add(sorted);
    advanced(tally.found);
  }
  return tally.finish();
}

class SurveyTally {
  readonly #packing: Packing;
  readonly #days = new Set<string>();
  readonly #streams = new Map<string, { account: string; region: string; logFiles: number; bytes: number }>();
  readonly #skipped: Partial<Record<SkipReason, number>> = {};
  found = 0;
  #present = 0;
  #logFiles = 0;
  #bytes = 0;
  #textBytes = 0;
  #batches = 0;
  #stream = '';
  #inStream = 0;

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  add({ entry, state }: SortedLogFile): void {
    this.found += 1;
    if (state === 'present') this.#present += 1;
    else if (state === 'new' || state === 'unfinished') this.#take(entry);
    else this.#skipped[state] = (this.#skipped[state] ?? 0) + 1;
  }

  #take(entry: SortedLogFile['entry']): void {
    const { account, region, day, size } = entry;
    this.#logFiles += 1;
    this.#bytes += size;
    this.#textBytes += textEstimate(entry);
    this.#days.add(day);
    const id = `${account}/${region}`;
    const sum = this.#streams.get(id) ?? { account, region, logFiles: 0, bytes: 0 };
    this.#streams.set(id, { ...sum, logFiles: sum.logFiles + 1, bytes: sum.bytes + size });
    this.#countBatch(streamOf(entry.key));
  }

  /** Log files of a stream come together; the first messages of them go to a worker each, and the next as they can be held. */
  #countBatch(stream: string): void {
    const { batchFiles, logFilesPerMessage, workers } = this.#packing;
    if (stream !== this.#stream) this.#inStream = 0;
    const held = this.#inStream % (batchFiles * workers);
    if (held % logFilesPerMessage === 0 && held < logFilesPerMessage * workers) this.#batches += 1;
    this.#stream = stream;
    this.#inStream += 1;
  }

  finish(): Survey {
    const days = [...this.#days].sort();
    const messages = Math.ceil(this.#logFiles / this.#packing.logFilesPerMessage);
    return {
      logFiles: { found: this.found, present: this.#present, skipped: this.#skipped },
      size: {
        logFiles: this.#logFiles,
        bytes: this.#bytes,
        textBytes: this.#textBytes,
        messages,
        sends: Math.ceil(messages / this.#packing.messagesPerBatch),
        batches: this.#batches,
      },
      days: { count: days.length, first: isoDay(days[0]), last: isoDay(days.at(-1)) },
      streams: [...this.#streams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum),
    };
  }
}

function isoDay(day: string | undefined): string | null {
  return day?.replaceAll('/', '-') ?? null;
}
