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
/** Generations of closed days: few large objects instead of many small ones. */
export const COMPACTED = 'compacted/';
/** Plans and receipts of those. */
export const COMPACTIONS = 'compactions/';
/** What is about to be stored and has to be sealed, by the hour. */
export const SEALING = 'sealing/';

const PARTITION = String.raw`account=([^/]+)/region=([^/]+)/year=(\d{4})/month=(\d{2})/day=(\d{2})`;
const EVENTS_KEY = new RegExp(String.raw`^events/${PARTITION}/([0-9a-f]{20})-(\d{3})\.parquet$`);
const COMPACTED_KEY = new RegExp(
  String.raw`^compacted/${PARTITION}/(\d{6})-([0-9a-f]{20})/(\d{3,})\.parquet$`,
);
const COMPACTION_KEY = new RegExp(
  String.raw`^compactions/${PARTITION}/(\d{6})\.(json|plan\.json|superseded)$`,
);
const BATCH_KEY = /^(?:plans|receipts)\/([A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)*)\/(\d{6})\.json$/;

/** `events/account=…/region=…/year=…/month=…/day=…/` */
export function partitionPrefix(partition: Partition): string {
  return `${EVENTS}${partitionPath(partition)}`;
}

function partitionPath({ account, region, year, month, day }: Partition): string {
  return `account=${account}/region=${region}/year=${year}/month=${month}/day=${day}/`;
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

/** One generation of a partition: all its rows at some time, rewritten. */
export interface GenerationRef {
  readonly partition: Partition;
  /** From 1. */
  readonly generation: number;
}

/** The folder that all generations of a partition lie in. */
export function compactedFolder(partition: Partition): string {
  return `${COMPACTED}${partitionPath(partition)}`;
}

/** The folder of one generation, where queries find the partition when the catalogue points there: its objects and nothing else. */
export function compactedPrefix(one: GenerationRef, planId: string): string {
  return `${compactedFolder(one.partition)}${generationName(one)}-${planId}/`;
}

/** Key of the `part`-th (from 1) Parquet object of a generation, which compaction plan `planId` makes. */
export function compactedKey(one: GenerationRef, planId: string, part: number): string {
  return `${compactedPrefix(one, planId)}${String(part).padStart(3, '0')}.parquet`;
}

/** The inverse of `compactedKey`; undefined for any other key. */
export function parseCompactedKey(
  key: string,
): (GenerationRef & { readonly planId: string; readonly part: number }) | undefined {
  const match = COMPACTED_KEY.exec(key);
  if (match === null) return undefined;
  const [, account = '', region = '', year = '', month = '', day = '', generation, planId = '', part] = match;
  const partition = { account, region, year, month, day };
  return { partition, generation: Number(generation), planId, part: Number(part) };
}

/** Prefix of what is written about a partition's generations, in their order. */
export function compactionsPrefix(partition: Partition): string {
  return `${COMPACTIONS}${partitionPath(partition)}`;
}

const COMPACTION_ENDINGS = { plan: 'plan.json', receipts: 'json', superseded: 'superseded' } as const;

/** About a generation: its plan; its receipts, which make it one; and that what it took the place of may expire. */
export type AboutGeneration = keyof typeof COMPACTION_ENDINGS;

export function compactionKey(one: GenerationRef, what: AboutGeneration): string {
  return `${compactionsPrefix(one.partition)}${generationName(one)}.${COMPACTION_ENDINGS[what]}`;
}

function generationName({ generation }: GenerationRef): string {
  return String(generation).padStart(6, '0');
}

/** Where a run of compaction says that its time was over at `time` (milliseconds since 1970), and where. */
export function compactionStopKey(time: number): string {
  const at = new Date(time).toISOString().slice(0, 19);
  return `${COMPACTIONS}stopped/${at.slice(0, 10).replaceAll('-', '/')}/${at.replaceAll(/[-:]/g, '')}Z.json`;
}

/** The inverse of `compactionKey`; undefined for any other key. */
export function parseCompactionKey(
  key: string,
): (GenerationRef & { readonly what: AboutGeneration }) | undefined {
  const match = COMPACTION_KEY.exec(key);
  if (match === null) return undefined;
  const [, account = '', region = '', year = '', month = '', day = '', generation, ending] = match;
  const partition = { account, region, year, month, day };
  const what = ABOUT_GENERATION.find((one) => COMPACTION_ENDINGS[one] === ending);
  return what && { partition, generation: Number(generation), what };
}

const ABOUT_GENERATION = Object.keys(COMPACTION_ENDINGS) as AboutGeneration[];

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
  const receipts = /^sealing\/\d{4}-\d{2}-\d{2}T\d{2}\/(.+)$/.exec(key)?.[1];
  return receipts === undefined || !areReceipts(receipts) ? undefined : receipts;
}

/** Whether a key is one of receipts, a batch's or a generation's: what digests seal. */
export function areReceipts(key: string): boolean {
  if (key.startsWith(RECEIPTS)) return parseBatchKey(key) !== undefined;
  return parseCompactionKey(key)?.what === 'receipts';
}

function batchPath({ stream, sequence }: BatchRef): string {
  return `${stream}/${String(sequence).padStart(6, '0')}.json`;
}
