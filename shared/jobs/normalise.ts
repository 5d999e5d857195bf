import { PartColumns } from '../core/columnar/part-columns.ts';
import {
  decodeReceipts,
  encodeDocument,
  type BatchReceipts,
  type LogFileReceipt,
  type PlannedLogFile,
  type QuarantineIndex,
} from '../core/lake-format.ts';
import { planKey, quarantineKey, receiptsKey, sealingKey, type BatchRef } from '../core/lake-keys.ts';
import type { Limits } from '../core/limits.ts';
import type { LogFileOutcome, UnreadableRecord } from '../core/normalise-log-file.ts';
import { sha256Hex } from '../core/sha256.ts';
import { BatchWriter } from './batch-writer.ts';
import { mapAhead } from './map-ahead.ts';
import type { LogFileSource, ObjectStore } from './ports.ts';
import { putSame } from './put-same.ts';
import { readPlan } from './read-plan.ts';

/** All that carrying out a plan needs of a source. */
export type LogFileReader = Pick<LogFileSource, 'read'>;

export interface NormalisePorts {
  readonly source: LogFileReader;
  readonly lake: ObjectStore;
  /** Milliseconds since 1970: says by when the receipts have to be sealed, and nothing else. */
  readonly now: () => number;
}

/** Log files read while the one before them is being worked on: in a bucket each is a round trip away. Large ones wait for their turn. */
const READS_AHEAD = 8;
const READ_AHEAD_BYTES = 1024 * 1024;

/**
 * What batches worked with, for making it takes longer than a small batch. Batches at once have one each; of those that have grown, which
 * they don't undo, one is enough to keep.
 */
const IDLE: PartColumns[] = [];
const MOST_SMALL_IDLE = 4;

/** There is no plan to carry out. */
export class NoSuchPlanError extends Error {
  constructor(key: string) {
    super(`there is no plan ${key} in the lake`);
    this.name = 'NoSuchPlanError';
  }
}

/**
 * Carries out a plan: its log files become rows, what can't be read goes to quarantine, and the receipts, stored last, say what
 * came of each. The plan fixes every key and every byte written, so running it again, after a crash or beside another
 * run, changes nothing. Throws `SourceError` if a log file can't be had any more, `ObjectDiffersError`, and what the stores throw; nothing
 * is committed then.
 */
export async function normalise(batch: BatchRef, ports: NormalisePorts): Promise<BatchReceipts> {
  const done = await ports.lake.get(receiptsKey(batch));
  return done === undefined ? await carryOut(batch, ports) : decodeReceipts(receiptsKey(batch), done);
}

/** The same, for a batch that was just planned: doesn't look for receipts first. */
export async function carryOut(batch: BatchRef, ports: NormalisePorts): Promise<BatchReceipts> {
  const found = await readPlan(ports.lake, batch);
  if (found === undefined) throw new NoSuchPlanError(planKey(batch));
  const columns = IDLE.pop() ?? new PartColumns();
  try {
    return await carryOutWith(columns, batch, found, ports);
  } finally {
    columns.forget();
    const most = { small: MOST_SMALL_IDLE, usual: 1, huge: 0 };
    if (IDLE.length < most[columns.size()]) IDLE.push(columns);
  }
}

async function carryOutWith(
  columns: PartColumns,
  batch: BatchRef,
  { plan, id }: NonNullable<Awaited<ReturnType<typeof readPlan>>>,
  { lake, source, now }: NormalisePorts,
): Promise<BatchReceipts> {
  const writer = new BatchWriter(lake, id, columns);
  const readings: Reading[] = [];
  const kept: BatchReceipts['quarantine'] = [];
  const fetched = mapAhead(plan.logFiles.entries(), READS_AHEAD, async ([position, logFile]) => {
    const stored =
      logFile.size <= READ_AHEAD_BYTES ? await source.read(logFile.key, logFile.version) : undefined;
    return { position, logFile, stored };
  });
  for await (const { position, logFile, stored } of fetched) {
    const read = async (): Promise<Uint8Array> => stored ?? (await source.read(logFile.key, logFile.version));
    const reading = await readLogFile(logFile, position, read, writer, plan.limits);
    readings.push(reading.summary);
    for (const { what, bytes } of quarantined(logFile, reading)) {
      const key = quarantineKey(batch.stream, id, position, what);
      await putSame(lake, key, bytes);
      kept.push({ key, bytes: bytes.length, sha256: sha256Hex(bytes) });
    }
  }

  const { objects, rowsOf } = await writer.finish();
  const logFiles = readings.map((reading, i) => receiptOf(reading, rowsOf(i)));
  const { stream, sequence } = batch;
  const receipts: BatchReceipts = {
    format: 1,
    stream,
    sequence,
    plan: id,
    logFiles,
    objects,
    quarantine: kept,
  };
  // First: receipts that nobody was told of would never be sealed.
  await lake.putIfAbsent(sealingKey(now(), receiptsKey(batch)), new Uint8Array());
  await putSame(lake, receiptsKey(batch), encodeDocument(receipts));
  return receipts;
}

/** What is kept of a log file until the receipts are written: no rows, no bytes. */
interface Reading {
  readonly logFile: PlannedLogFile;
  readonly outcome: LogFileOutcome;
  readonly quarantined: Readonly<Record<string, number>>;
  /** Milliseconds since the epoch; Infinity and -Infinity if there is no row. */
  readonly oldest: number;
  readonly newest: number;
}

interface LogFileRead {
  readonly summary: Reading;
  readonly stored: Uint8Array | undefined;
  readonly unreadable: readonly UnreadableRecord[];
}

async function readLogFile(
  logFile: PlannedLogFile,
  position: number,
  read: () => Promise<Uint8Array>,
  writer: BatchWriter,
  limits: Limits,
): Promise<LogFileRead> {
  if (logFile.size > limits.storedBytes) {
    const outcome = tooLarge(limits);
    return {
      summary: summarise(logFile, outcome, [], Infinity, -Infinity),
      stored: undefined,
      unreadable: [],
    };
  }
  const stored = await read();
  const { outcome, unreadable, oldest, newest } = await writer.add(logFile.key, stored, limits, position);
  return { summary: summarise(logFile, outcome, unreadable, oldest, newest), stored, unreadable };
}

function tooLarge(limits: Limits): LogFileOutcome {
  const detail = `more than ${limits.storedBytes} bytes as stored; it stays where it is`;
  return { kind: 'unreadable', code: 'too-large', detail };
}

function summarise(
  logFile: PlannedLogFile,
  outcome: LogFileOutcome,
  unreadable: readonly UnreadableRecord[],
  oldest: number,
  newest: number,
): Reading {
  const quarantined: Record<string, number> = {};
  const codes = outcome.kind === 'unreadable' ? [outcome.code] : unreadable.map(({ code }) => code);
  for (const code of codes) quarantined[code] = (quarantined[code] ?? 0) + 1;
  return { logFile, outcome, quarantined, oldest, newest };
}

interface Kept {
  readonly what: 'index' | 'file' | 'records';
  readonly bytes: Uint8Array;
}

/** What is kept of a log file that could not be read, and why: the bytes first, the index that explains them last. */
function quarantined(
  { key, version }: PlannedLogFile,
  { summary: { outcome }, stored, unreadable }: LogFileRead,
): Kept[] {
  const index = (kept: QuarantineIndex['kept'], entries: QuarantineIndex['entries']): Kept => ({
    what: 'index',
    bytes: encodeDocument({ key, version, kept, entries }),
  });
  if (outcome.kind === 'unreadable') {
    const { code, detail } = outcome;
    if (stored === undefined) return [index('none', [{ code, detail }])];
    return [{ what: 'file', bytes: stored }, index('file', [{ code, detail }])];
  }
  if (unreadable.length === 0) return [];
  const records = Buffer.concat(unreadable.map(({ bytes }) => bytes));
  return [{ what: 'records', bytes: records }, index('records', entriesOf(unreadable))];
}

function entriesOf(unreadable: readonly UnreadableRecord[]): QuarantineIndex['entries'] {
  let offset = 0;
  return unreadable.map(({ code, detail, index, offset: textOffset, bytes }) => {
    const entry = { code, detail, index, textOffset, offset, length: bytes.length };
    offset += bytes.length;
    return entry;
  });
}

function receiptOf(reading: Reading, rows: { object: string; rows: number }[]): LogFileReceipt {
  const { logFile, outcome, quarantined, oldest, newest } = reading;
  const readable = outcome.kind !== 'unreadable';
  return {
    key: logFile.key,
    size: logFile.size,
    version: logFile.version,
    outcome: outcome.kind,
    sha256: readable ? outcome.sha256 : null,
    textBytes: readable ? outcome.textBytes : 0,
    records: outcome.kind === 'read' ? outcome.records : 0,
    rows,
    quarantined,
    oldestEventTime: oldest === Infinity ? null : new Date(oldest).toISOString(),
    newestEventTime: newest === -Infinity ? null : new Date(newest).toISOString(),
  };
}
