import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { LogFileReceipt, QuarantineIndex } from '../../shared/core/lake-format.ts';
import { EVENTS, QUARANTINE } from '../../shared/core/lake-keys.ts';
import { DEFAULT_BATCH, ingest, type IngestEvent } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import { MemorySource } from './memory-source.ts';
import { readParquet } from './read-parquet.ts';
import { now } from './now.ts';

const FOLDER = 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/';

/** A log file like any other, and one that is in question, in one folder and so in one batch. */
export const GOOD_KEY = `${FOLDER}111122223333_CloudTrail_eu-west-1_20261121T0000Z_GGGGGGGGGGGGGGGG.json.gz`;
export const BAD_KEY = `${FOLDER}111122223333_CloudTrail_eu-west-1_20261121T0000Z_BBBBBBBBBBBBBBBB.json.gz`;

const GOOD = gzipSync(
  '{"Records":[{"eventTime":"2026-11-21T00:00:01Z","eventName":"Good1"},{"eventTime":"2026-11-21T00:00:02Z","eventName":"Good2"}]}',
);

/** What a whole ingest made of a log file that lay beside a good one. */
export interface Ingested {
  /** Its rows, in order, as another Parquet reader sees them. */
  readonly rows: readonly Record<string, unknown>[];
  readonly receipt: LogFileReceipt;
  readonly quarantine: Quarantine | undefined;
}

export interface Quarantine {
  readonly index: QuarantineIndex;
  /** The whole file, if that was kept. */
  readonly file: Uint8Array | undefined;
  /** The pieces that were kept, with their codes. */
  readonly pieces: readonly (readonly [code: string, text: string])[];
}

/**
 * Ingests the log file beside a good one, and checks what must hold whatever the file is: the good one's rows are all there, every
 * record is accounted for, and a second run finds nothing to do.
 */
export async function ingestBeside(logFile: Uint8Array | string, key = BAD_KEY): Promise<Ingested> {
  const files = new Map<string, Uint8Array>([
    [GOOD_KEY, GOOD],
    [key, Buffer.from(logFile)],
  ]);
  const lake = new MemoryStore();
  const receipts = await run(files, lake);
  const rows = await rowsIn(lake);
  const good = rows.filter((row) => row['logfile'] === GOOD_KEY);
  expect(good.map((row) => row['eventname'])).toEqual(['Good1', 'Good2']);
  expect(receipts.map((receipt) => receipt.key).sort()).toEqual([...files.keys()].sort());
  for (const receipt of receipts) expectToAddUp(receipt, rows);
  expect(await run(files, lake)).toEqual([]);

  const receipt = receipts.find((one) => one.key === key);
  if (receipt === undefined) throw new Error('no receipt');
  return {
    rows: rows.filter((row) => row['logfile'] === key),
    receipt,
    quarantine: await quarantineOf(key, lake),
  };
}

async function run(files: ReadonlyMap<string, Uint8Array>, lake: MemoryStore): Promise<LogFileReceipt[]> {
  const source = new MemorySource(files);
  const events: IngestEvent[] = [];
  await ingest(
    { source, lake, run: (batch) => normalise(batch, { source, lake, now }) },
    { ...DEFAULT_BATCH, concurrency: 1 },
    (event) => {
      events.push(event);
    },
  );
  expect(events.filter(({ kind }) => kind !== 'done' && kind !== 'present')).toEqual([]);
  return events.flatMap((event) => (event.kind === 'done' ? event.receipts.logFiles : []));
}

function expectToAddUp(receipt: LogFileReceipt, rows: readonly Record<string, unknown>[]): void {
  const written = receipt.rows.reduce((sum, { rows }) => sum + rows, 0);
  const quarantined = Object.values(receipt.quarantined).reduce((sum, count) => sum + count, 0);
  expect(rows.filter((row) => row['logfile'] === receipt.key)).toHaveLength(written);
  if (receipt.outcome === 'unreadable') expect([receipt.records, written, quarantined]).toEqual([0, 0, 1]);
  else expect(written + quarantined).toBe(receipt.records);
}

async function rowsIn(lake: MemoryStore): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const key of lake.list(EVENTS))
    rows.push(...(await readParquet((await lake.get(key)) ?? new Uint8Array())));
  return rows.sort((a, b) => Number(a['recordindex']) - Number(b['recordindex']));
}

async function quarantineOf(key: string, lake: MemoryStore): Promise<Quarantine | undefined> {
  for await (const at of lake.list(QUARANTINE)) {
    if (!at.endsWith('.json')) continue;
    const index = JSON.parse(Buffer.from((await lake.get(at)) ?? []).toString()) as QuarantineIndex;
    if (index.key !== key) continue;
    const file = await lake.get(at.replace(/json$/, 'file'));
    const records = Buffer.from((await lake.get(at.replace(/json$/, 'records'))) ?? []);
    const pieces = index.entries.map(({ code, offset = 0, length = 0 }) => {
      return [code, records.toString('utf8', offset, offset + length)] as const;
    });
    return { index, file, pieces };
  }
  return undefined;
}
