import { DEFAULT_LIMITS } from '../core/limits.ts';
import { planKey } from '../core/lake-keys.ts';
import { classifyKey, streamOf, type SkipReason } from '../core/log-file-key.ts';
import type { FoundLogFile } from './find-log-files.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';
import { StreamLedger } from './stream-ledger.ts';

/**
 * Which of the objects found are log files that still have to come into the lake.
 *
 * `present`: a plan that was carried out holds it. `unfinished`: a plan holds it, but nothing says that it was carried out: whoever
 * gets to see the log file once more finishes that plan.
 */
export type LogFileState = 'new' | 'unfinished' | 'present' | SkipReason;

export interface SortedLogFile {
  readonly entry: FoundLogFile;
  readonly state: LogFileState;
}

/** Streams of one page whose plans are read at once. */
const LEDGERS_AT_ONCE = 8;

/** Says of each object what it is. Without a lake, every log file is new. Throws what the lake throws. */
export async function* sortLogFiles(
  pages: AsyncIterable<readonly FoundLogFile[]>,
  lake: ObjectStore | undefined,
): AsyncGenerator<readonly SortedLogFile[]> {
  let known = new Map<string, StreamState>();
  for await (const page of pages) {
    if (lake !== undefined) known = await statesOf(page, lake, known);
    yield page.map((entry) => ({ entry, state: stateOf(entry, known) }));
  }
}

function stateOf(entry: FoundLogFile, known: ReadonlyMap<string, StreamState>): LogFileState {
  const found = classifyKey(entry.key);
  if (!found.take) return found.reason;
  return known.get(streamOf(entry.key))?.stateOf(entry) ?? 'new';
}

/** Of the streams of this page; those known from the page before are not read again. */
async function statesOf(
  page: readonly FoundLogFile[],
  lake: ObjectStore,
  known: ReadonlyMap<string, StreamState>,
): Promise<Map<string, StreamState>> {
  const logFiles = page.filter(({ key }) => classifyKey(key).take);
  const streams = [...new Set(logFiles.map(({ key }) => streamOf(key)))];
  const states = new Map<string, StreamState>();
  const load = async (stream: string): Promise<readonly [string, StreamState]> => [
    stream,
    known.get(stream) ?? (await StreamState.load(lake, stream)),
  ];
  for await (const [stream, state] of mapAhead(streams, LEDGERS_AT_ONCE, load)) states.set(stream, state);
  return states;
}

/** What the lake knows of a stream's log files. */
class StreamState {
  readonly #ledger: StreamLedger;
  readonly #unfinished: ReadonlySet<string>;

  private constructor(ledger: StreamLedger, unfinished: ReadonlySet<string>) {
    this.#ledger = ledger;
    this.#unfinished = unfinished;
  }

  static async load(lake: ObjectStore, stream: string): Promise<StreamState> {
    const ledger = await StreamLedger.load(lake, stream, DEFAULT_LIMITS);
    // Receipts are listed only where there is something that they could be of.
    const unfinished = ledger.size === 0 ? [] : await ledger.uncommitted();
    return new StreamState(ledger, new Set(unfinished.map(planKey)));
  }

  stateOf({ key, version }: FoundLogFile): LogFileState {
    if (version === undefined) return 'new';
    const batch = this.#ledger.batchOf({ key, version });
    if (batch === undefined) return 'new';
    return this.#unfinished.has(planKey(batch)) ? 'unfinished' : 'present';
  }
}
