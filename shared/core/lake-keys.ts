/**
 * Every key in the lake, built and parsed here and nowhere else. All parts come from closed alphabets, so that no log file's
 * name, account or region can lead a key out of its place.
 */

/** Where an event belongs: its own account, region and UTC day. All strings, as partition values are. */
export interface Partition {
  readonly account: string;
  readonly region: string;
  /** Four digits. */
  readonly year: string;
  /** Two digits. */
  readonly month: string;
  /** Two digits. */
  readonly day: string;
}

/** A batch's place in its stream: the plan and the receipts of one batch share it. */
export interface BatchRef {
  readonly stream: string;
  /** From 1. */
  readonly sequence: number;
}

export const EVENTS = 'events/';
export const PLANS = 'plans/';
export const RECEIPTS = 'receipts/';
export const QUARANTINE = 'quarantine/';
/** What is about to be stored and has to be sealed, by the hour. */
export const SEALING = 'sealing/';

const EVENTS_KEY =
  /^events\/account=([^/]+)\/region=([^/]+)\/year=(\d{4})\/month=(\d{2})\/day=(\d{2})\/([0-9a-f]{20})-(\d{3})\.parquet$/;
const BATCH_KEY = /^(?:plans|receipts)\/([A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)*)\/(\d{6})\.json$/;

/** `events/account=…/region=…/year=…/month=…/day=…/` */
export function partitionPrefix(p: Partition): string {
  return `${EVENTS}account=${p.account}/region=${p.region}/year=${p.year}/month=${p.month}/day=${p.day}/`;
}

/** Key of the `part`-th (from 1) Parquet object that plan `planId` writes into a partition. */
export function eventsKey(partition: Partition, planId: string, part: number): string {
  return `${partitionPrefix(partition)}${planId}-${String(part).padStart(3, '0')}.parquet`;
}

/** The inverse of `eventsKey`; undefined for any other key. */
export function parseEventsKey(
  key: string,
): { partition: Partition; planId: string; part: number } | undefined {
  const match = EVENTS_KEY.exec(key);
  if (match === null) return undefined;
  const [, account = '', region = '', year = '', month = '', day = '', planId = '', part = ''] = match;
  return { partition: { account, region, year, month, day }, planId, part: Number(part) };
}

export function planKey(batch: BatchRef): string {
  return `${PLANS}${batchPath(batch)}`;
}

export function receiptsKey(batch: BatchRef): string {
  return `${RECEIPTS}${batchPath(batch)}`;
}

/** The batch that a plan's or receipts' key belongs to; undefined for any other key. */
export function parseBatchKey(key: string): BatchRef | undefined {
  const match = BATCH_KEY.exec(key);
  if (match === null) return undefined;
  const [, stream = '', sequence = ''] = match;
  return { stream, sequence: Number(sequence) };
}

/** Prefix under which a stream's plans, or receipts, are listed in order. */
export function streamPrefix(root: typeof PLANS | typeof RECEIPTS, stream: string): string {
  return `${root}${stream}/`;
}

/** What of the `logFile`-th (from 0) log file of a plan could not be read. `index` says why; the others are the bytes. */
export function quarantineKey(
  stream: string,
  planId: string,
  logFile: number,
  what: 'index' | 'file' | 'records',
): string {
  const ending = { index: 'json', file: 'file', records: 'records' }[what];
  return `${QUARANTINE}${stream}/${planId}/${String(logFile).padStart(4, '0')}.${ending}`;
}

/** Announces that receipts are about to be stored, in the hour of `time` (milliseconds since 1970, UTC). */
export function sealingKey(time: number, receipts: string): string {
  return `${sealingPrefix(time)}${receipts}`;
}

/** Prefix of all that was announced in the hour of `time`. */
export function sealingPrefix(time: number): string {
  return `${SEALING}${new Date(time).toISOString().slice(0, 13)}/`;
}

/** The key of the receipts that are announced; undefined for any other key. */
export function parseSealingKey(key: string): string | undefined {
  const receipts = /^sealing\/\d{4}-\d{2}-\d{2}T\d{2}\/(receipts\/.+)$/.exec(key)?.[1];
  return receipts === undefined || parseBatchKey(receipts) === undefined ? undefined : receipts;
}

function batchPath({ stream, sequence }: BatchRef): string {
  return `${stream}/${String(sequence).padStart(6, '0')}.json`;
}
