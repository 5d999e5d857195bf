import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { encodeDocument, planId, type BatchReceipts, type Plan } from '../../shared/core/lake-format.ts';
import { eventsKey, planKey, receiptsKey, type Partition } from '../../shared/core/lake-keys.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { isRow, normaliseLogFile } from '../../shared/core/normalise-log-file.ts';
import { objectOfRows } from '../support/object-of-rows.ts';
import type { Row } from '../../shared/core/record-row.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { sha256Hex } from '../../shared/core/sha256.ts';
import { TRAILSEAL } from '../support/trailseal-entry.ts';

/**
 * `npm run bench:compact`: one account's day of so many events, as batches of twelve thousand leave it, through `trailseal compact` in a process
 * of its own: time and peak memory. Rows are the sample's, over and over, each time with other identifiers and times.
 * `--overlap 12`: as many objects as that reach over any moment, and of each a hundredth of the rows lies up to six hours before the others, as in a
 * day of ten million events.
 */

const ROWS_PER_OBJECT = 12_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SIX_HOURS_MS = 6 * 60 * 60 * 1000;
const PARTITION: Partition = {
  account: '111122223333',
  region: 'us-east-1',
  year: '2026',
  month: '11',
  day: '01',
};
const DAY = Date.parse('2026-11-01T00:00:00Z');
const SUMMARY = z.object({
  made: z.object({ objects: z.number(), rows: z.number(), bytes: z.number() }),
  added: z.object({ objects: z.number(), rows: z.number() }),
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMemoryMB: z.number(),
});

const { millions, overlap } = new Command()
  .option('--millions <list>', 'millions of events, one run each', '0.2,1')
  .option('--overlap <objects>', 'small objects that reach over any moment', '1')
  .parse()
  .opts<{ millions: string; overlap: string }>();

const sample = sampleRows(ROWS_PER_OBJECT);
for (const size of millions.split(',')) await measure(Math.round(Number(size) * 1e6));

async function measure(events: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-compact-'));
  try {
    await makeDay(folder, events);
    const { seconds, peakMemoryMB, cpuSeconds, made, added } = await compacted(folder);
    const figures = [
      `${events.toLocaleString('en-US')} events in ${added.objects} objects → ${made.objects} of ${(made.bytes / 1e6).toFixed(1)} MB`,
      `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processor, ${Math.round(events / cpuSeconds).toLocaleString('en-US')} events a second of it)`,
      `peak ${peakMemoryMB.toFixed(0)} MB`,
    ];
    console.log(figures.join('; '));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The day as normalise leaves it: small objects in order of time, each with its plan and receipts. */
async function makeDay(root: string, events: number): Promise<void> {
  const lake = new DirectoryStore(root);
  const objects = Math.ceil(events / ROWS_PER_OBJECT);
  const stream = '111122223333/CloudTrail/us-east-1/2026/11/01';
  for (let number = 0; number < objects; number += 1) {
    const rows = sample
      .slice(0, Math.min(ROWS_PER_OBJECT, events - number * ROWS_PER_OBJECT))
      .map((row, i) => shifted(row, number, timeOf(number, i, objects)));
    const batch = { stream, sequence: number + 1 };
    const logFile = { key: `AWSLogs/x/${number}.json.gz`, size: 1, version: `sha256:${number}` };
    const plan: Plan = { format: 1, ...batch, limits: DEFAULT_LIMITS, logFiles: [logFile] };
    const id = planId(encodeDocument(plan));
    const key = eventsKey(PARTITION, id, 1);
    const bytes = objectOfRows(rows);
    await lake.putIfAbsent(planKey(batch), encodeDocument(plan));
    await lake.putIfAbsent(key, bytes);
    const object = { key, bytes: bytes.length, sha256: sha256Hex(bytes), rows: rows.length };
    const receipts: BatchReceipts = {
      format: 1,
      ...batch,
      plan: id,
      logFiles: [],
      objects: [object],
      quarantine: [],
    };
    await lake.putIfAbsent(receiptsKey(batch), encodeDocument(receipts));
  }
}

function timeOf(object: number, row: number, objects: number): number {
  const reach = Number(overlap);
  const share = (object + (row / ROWS_PER_OBJECT) * reach) / (objects + reach - 1);
  const late = reach > 1 && row % 100 === 0 ? (row / ROWS_PER_OBJECT) * SIX_HOURS_MS : 0;
  return DAY + Math.max(0, Math.floor(share * DAY_MS - late));
}

function shifted(row: Row, round: number, time: number): Row {
  const id = sha256Hex(Buffer.from(JSON.stringify([round, row.values['eventid']])));
  const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`;
  const iso = new Date(time).toISOString();
  const values = {
    ...row.values,
    eventid: uuid,
    requestid: uuid.split('-').toReversed().join('-'),
    eventtime: `${iso.slice(0, 19)}Z`,
    event_ts: Date.parse(`${iso.slice(0, 19)}Z`),
    recordhash: new Uint8Array(Buffer.from(id.slice(32), 'hex')),
  };
  return { values, partition: PARTITION, time };
}

function sampleRows(count: number): Row[] {
  const rows: Row[] = [];
  for (const { key, body } of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 48 })) {
    if (!key.includes('/CloudTrail/')) continue;
    for (const item of normaliseLogFile(key, body, DEFAULT_LIMITS)) {
      if (isRow(item)) rows.push(item.row);
      if (rows.length === count) return rows;
    }
  }
  throw new Error(`the sample has only ${rows.length} rows`);
}

async function compacted(lake: string): Promise<z.infer<typeof SUMMARY>> {
  const child = spawn(process.execPath, [TRAILSEAL, 'compact', '--lake', lake, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise((resolve) => child.on('close', resolve));
  return SUMMARY.parse(JSON.parse(output));
}
