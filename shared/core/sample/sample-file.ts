import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { TrailFolder } from '../log-file-key.ts';
import { dayPath, isoTime } from '../iso-time.ts';
import type { Random } from './random.ts';

/** One object of the sample bucket. */
export interface SampleFile {
  readonly key: string;
  /** One gzip member, its header without a time. */
  readonly body: Uint8Array;
  /** 0 for a digest. */
  readonly records: number;
  /** Bytes before compression. */
  readonly rawBytes: number;
  readonly folder: TrailFolder;
  /** Lower-case hex SHA-256 of the bytes before compression. */
  readonly sha256: string;
  /** `eventTime` of the oldest and newest record; `null` if there is none. */
  readonly oldestEventTime: string | null;
  readonly newestEventTime: string | null;
}

/** A record on its way into a log file. */
export interface SampleRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

/** Where and when a log file is delivered. */
export interface Delivery {
  readonly account: string;
  readonly region: string;
  readonly folder: TrailFolder;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function logFile(random: Random, delivery: Delivery, records: readonly SampleRecord[]): SampleFile {
  let oldest = Infinity;
  let newest = -Infinity;
  const texts: string[] = [];
  for (const record of records) {
    oldest = Math.min(oldest, record.time);
    newest = Math.max(newest, record.time);
    texts.push(record.text);
  }
  const span = { oldestEventTime: timeOrNull(oldest), newestEventTime: timeOrNull(newest) };
  const stored = compressed(`{"Records":[${texts.join(',')}]}`);
  return {
    key: logFileKey(random, delivery),
    records: records.length,
    folder: delivery.folder,
    ...stored,
    ...span,
  };
}

/** The same log file from a second trail: another name, the same bytes. */
export function deliveredAgain(random: Random, file: SampleFile): SampleFile {
  return {
    ...file,
    key: `${file.key.slice(0, -'0123456789abcdef.json.gz'.length)}${random.base62(16)}.json.gz`,
  };
}

export function compressed(text: string): Pick<SampleFile, 'body' | 'rawBytes' | 'sha256'> {
  const raw = Buffer.from(text, 'utf8');
  // Level 5 is half again as fast as zlib's own default, for a few per cent more bytes.
  const body = gzipSync(raw, { level: 5 });
  // The header's operating system is the builder's; 255 says "unknown" on every machine.
  body[9] = 255;
  return { body, rawBytes: raw.length, sha256: createHash('sha256').update(raw).digest('hex') };
}

/** `AWSLogs/<account>/<folder>/<region>/YYYY/MM/DD/`, the day being the delivery's. */
export function folderKey({ account, region, folder, at }: Delivery): string {
  return `AWSLogs/${account}/${folder}/${region}/${dayPath(at)}/`;
}

function logFileKey(random: Random, delivery: Delivery): string {
  const { account, region, folder, at } = delivery;
  const minute = `${isoTime(at).slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
  return `${folderKey(delivery)}${account}_${folder}_${region}_${minute}_${random.base62(16)}.json.gz`;
}

function timeOrNull(time: number): string | null {
  return Number.isFinite(time) ? isoTime(time) : null;
}
