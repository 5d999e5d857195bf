import { createHash } from 'node:crypto';
import {
  decodePlan,
  decodeReceipts,
  logFileId,
  planId,
  type BatchReceipts,
} from '../../shared/core/lake-format.ts';
import {
  EVENTS,
  parseBatchKey,
  parseSealingKey,
  PLANS,
  RECEIPTS,
  receiptsKey,
  SEALING,
} from '../../shared/core/lake-keys.ts';
import { ALERTS } from '../../shared/core/rules/alert-keys.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { versionOf } from './memory-source.ts';
import { readParquet } from './read-parquet.ts';
import { rowsExpectedOf, type SmallLogFile } from './small-log-files.ts';

/** Every object of a lake: key → SHA-256. Announcements, the one thing that knows what time it is, without their hour. */
export async function treeOf(lake: ObjectStore): Promise<Record<string, string>> {
  const objects = await objectsUnder(lake, '');
  return Object.fromEntries(
    [...objects].map(([key, bytes]) => [
      parseSealingKey(key) ? `sealing ${parseSealingKey(key)}` : key,
      sha256(bytes),
    ]),
  );
}

/** `logfile recordindex recordhash` of every row of every Parquet object, sorted. */
export async function rowsOf(lake: ObjectStore): Promise<string[]> {
  const rows: string[] = [];
  for (const bytes of (await objectsUnder(lake, EVENTS)).values()) rows.push(...(await rowsOfParquet(bytes)));
  return rows.sort();
}

/**
 * Holds a finished lake to its promise: exactly the rows of these log files, each log file in exactly one plan, every plan with its
 * receipts, and nothing lying about that no receipts account for. `version` is how the log files' source tells versions.
 * Returns every breach of it.
 */
export async function breachesOf(
  lake: ObjectStore,
  files: readonly SmallLogFile[],
  version = versionOf,
): Promise<string[]> {
  const ids = files.map(({ key, bytes }) => logFileId({ key, version: version(bytes) }));
  const planned = await plannedIn(lake);
  const receipts = await receiptsIn(lake);
  const receipted = receipts.flatMap(({ logFiles }) => logFiles.map(logFileId));
  return [
    ...departures('row', await rowsOf(lake), rowsExpectedOf(files)),
    ...departures('planned log file', planned.logFiles, ids),
    ...departures('log file with a receipt', receipted, ids),
    ...departures(
      'plan with receipts',
      receipts.map(({ plan }) => plan),
      planned.ids,
    ),
    ...departures('object', await foundIn(lake), receipts.flatMap(objectsOf)),
    ...departures('announcement', await announcedIn(lake), receipts.map(receiptsKey)),
  ];
}

/** What is there too often, and what is missing. */
function departures(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const item of expected) left.set(item, (left.get(item) ?? 0) + 1);
  for (const item of found) left.set(item, (left.get(item) ?? 0) - 1);
  return [...left]
    .filter(([, count]) => count !== 0)
    .map(([item, count]) => `${count < 0 ? 'stray or doubled' : 'missing'} ${what}: ${item}`);
}

/** Receipts that seal is told of: in one hour or in two, where a batch was carried out twice. */
async function announcedIn(lake: ObjectStore): Promise<string[]> {
  const keys = await Array.fromAsync(lake.list(SEALING));
  return [...new Set(keys.map((key) => parseSealingKey(key) ?? key))];
}

/** Every object of the lake but plans, receipts and announcements; those that receipts have a hash of with hash and size. */
async function foundIn(lake: ObjectStore): Promise<string[]> {
  const isOfBatch = (key: string): boolean =>
    parseBatchKey(key) === undefined && parseSealingKey(key) === undefined && !key.startsWith(ALERTS);
  return [...(await objectsUnder(lake, ''))]
    .filter(([key]) => isOfBatch(key))
    .map(([key, bytes]) => `${key} ${sha256(bytes)} ${bytes.length}`);
}

/** The same, as receipts have it. */
function objectsOf({ objects, quarantine }: BatchReceipts): string[] {
  return [...objects, ...quarantine].map(({ key, sha256, bytes }) => `${key} ${sha256} ${bytes}`);
}

async function plannedIn(lake: ObjectStore): Promise<{ ids: string[]; logFiles: string[] }> {
  const plans = [...(await objectsUnder(lake, PLANS))];
  return {
    ids: plans.map(([, bytes]) => planId(bytes)),
    logFiles: plans.flatMap(([key, bytes]) => decodePlan(key, bytes).logFiles.map(logFileId)),
  };
}

async function receiptsIn(lake: ObjectStore): Promise<BatchReceipts[]> {
  return [...(await objectsUnder(lake, RECEIPTS))].map(([key, bytes]) => decodeReceipts(key, bytes));
}

async function objectsUnder(lake: ObjectStore, prefix: string): Promise<Map<string, Uint8Array>> {
  const objects = new Map<string, Uint8Array>();
  for await (const key of lake.list(prefix)) {
    const bytes = await lake.get(key);
    if (bytes === undefined) throw new Error(`${key} is listed but not there`);
    objects.set(key, bytes);
  }
  return objects;
}

/** Same bytes, same rows: tests that read thousands of lakes read each object once. */
const READ = new Map<string, readonly string[]>();

async function rowsOfParquet(bytes: Uint8Array): Promise<readonly string[]> {
  const hash = sha256(bytes);
  const known = READ.get(hash);
  if (known !== undefined) return known;
  const rows = await readParquet(bytes);
  const read = rows.map(
    (row) =>
      `${String(row['logfile'])} ${String(row['recordindex'])} ${Buffer.from(row['recordhash'] as Uint8Array).toString('hex')}`,
  );
  READ.set(hash, read);
  return read;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** As S3 has it, for objects put in one piece. */
export function s3VersionOf(bytes: Uint8Array): string {
  return `etag:"${createHash('md5').update(bytes).digest('hex')}"`;
}
