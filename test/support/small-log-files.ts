import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A log file made for a test, and what it must become. */
export interface SmallLogFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** `logfile recordindex recordhash` of every row; nothing for what belongs in quarantine. */
  readonly rows: readonly string[];
}

export interface SmallBucket {
  readonly accounts: number;
  readonly regions: number;
  readonly days: number;
  readonly filesPerDay: number;
  readonly recordsPerFile: number;
}

/** Two accounts, two regions, two days: eight streams of three log files, four odd ones on top. */
export const EIGHT_STREAMS: SmallBucket = {
  accounts: 2,
  regions: 2,
  days: 2,
  filesPerDay: 3,
  recordsPerFile: 2,
};

/**
 * A small trail's bucket, the same on every call: log files of every account, region and day, events that belong to a neighbouring
 * day, one doubled delivery, one log file in quarantine and one record, and a log file without records.
 */
export function smallLogFiles(bucket: SmallBucket = EIGHT_STREAMS): SmallLogFile[] {
  const files: SmallLogFile[] = [];
  for (let account = 0; account < bucket.accounts; account += 1) {
    for (let region = 0; region < bucket.regions; region += 1) {
      for (let day = 0; day < bucket.days; day += 1) {
        for (let number = 0; number < bucket.filesPerDay; number += 1) {
          const records = Array.from({ length: bucket.recordsPerFile }, (_, index) =>
            recordOf({ account, region, day, number }, index),
          );
          files.push(logFileOf(keyOf({ account, region, day, number }), records));
        }
      }
    }
  }
  return [...files, ...oddOnes()];
}

/** The map that `MemorySource` takes. */
export function asMap(files: readonly SmallLogFile[]): Map<string, Uint8Array> {
  return new Map(files.map(({ key, bytes }) => [key, bytes]));
}

/** Every row that these log files must become, sorted. */
export function rowsExpectedOf(files: readonly SmallLogFile[]): string[] {
  return files.flatMap(({ rows }) => rows).sort();
}

/** A log file of the given records; those without an `eventTime` are for quarantine. */
export function logFileOf(key: string, records: readonly string[]): SmallLogFile {
  const rows = records.flatMap((record, index) =>
    record.includes('"eventTime"') ? [`${key} ${index} ${hashOf(record)}`] : [],
  );
  const text = `{"Records":[${records.join(',')}]}`;
  return { key, bytes: key.endsWith('.gz') ? gzipSync(text) : Buffer.from(text), rows };
}

export interface Place {
  readonly account: number;
  readonly region: number;
  readonly day: number;
  readonly number: number;
}

export function keyOf(place: Place): string {
  const [account, region, day] = [accountOf(place), regionOf(place), dayOf(place)];
  const name = `${account}_CloudTrail_${region}_202611${day}T00${String(place.number % 60).padStart(2, '0')}Z_${token(place)}`;
  return `AWSLogs/${account}/CloudTrail/${region}/2026/11/${day}/${name}.json.gz`;
}

/** The `index`-th record of a log file. Every fourth event happened the day before it was delivered. */
export function recordOf(place: Place, index: number): string {
  const late = (place.number + index) % 4 === 3;
  return JSON.stringify({
    eventVersion: '1.11',
    eventID: `${token(place)}-${index}`,
    eventTime: `2026-11-${late ? dayOf({ ...place, day: place.day - 1 }) : dayOf(place)}T0${index % 10}:00:00Z`,
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: regionOf(place),
    recipientAccountId: accountOf(place),
    requestParameters: { bucketName: `b-${index}`, n: 500.5 },
  });
}

function oddOnes(): SmallLogFile[] {
  const first: Place = { account: 0, region: 0, day: 0, number: 0 };
  const again = logFileOf(keyOf({ ...first, number: 50 }), [recordOf(first, 0), recordOf(first, 1)]);
  const oneBadRecord = logFileOf(keyOf({ ...first, number: 51 }), [recordOf(first, 2), '{"eventID":"x"}']);
  const noRecords = logFileOf(keyOf({ ...first, number: 52 }), []);
  const notJson = { key: keyOf({ ...first, number: 53 }), bytes: gzipSync('<html>'), rows: [] };
  return [again, oneBadRecord, noRecords, notJson];
}

function hashOf(record: string): string {
  return createHash('sha256').update(record).digest('hex').slice(0, 32);
}

function accountOf({ account }: Place): string {
  return String(111_122_223_333 + account);
}

function regionOf({ region }: Place): string {
  return `us-east-${region + 1}`;
}

function dayOf({ day }: Place): string {
  return String(20 + day).padStart(2, '0');
}

function token(place: Place): string {
  return createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 16);
}
