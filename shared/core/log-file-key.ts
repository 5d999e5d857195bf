import { createHash } from 'node:crypto';

/**
 * Names of log files: what CloudTrail puts where, read from the object key alone.
 *
 * `[prefix/]AWSLogs/[o-ORGID/]ACCOUNT/FOLDER/REGION/YYYY/MM/DD/ACCOUNT_FOLDER_REGION_YYYYMMDDTHHmmZ_RANDOM16.json.gz`
 * (CloudTrail user guide, "Finding your CloudTrail log files"). Archives flatten and rename, so a key that doesn't fit is
 * still a log file as long as its ending could be one: its bytes decide.
 */

/** The folders that a trail writes beside each other. */
export type TrailFolder =
  | 'CloudTrail'
  | 'CloudTrail-Digest'
  | 'CloudTrail-Insight'
  | 'CloudTrail-NetworkActivity'
  | 'CloudTrail-Aggregated';

/** Why an object is passed over on purpose. `digest` and `sign-file` are evidence for verification, not events. */
export type SkipReason = 'digest' | 'sign-file' | 'folder-marker' | 'other-service' | 'not-a-log-file';

/** What a CloudTrail-shaped key or name says. `day` is the delivery's, not the events'. */
export interface TrailKey {
  readonly folder: TrailFolder;
  readonly account: string;
  readonly region: string;
  /** `YYYY/MM/DD`. */
  readonly day: string;
}

export type LogFileClass =
  | { readonly take: true; readonly trail: TrailKey | undefined }
  | { readonly take: false; readonly reason: SkipReason };

const FOLDER = 'CloudTrail(?:-Digest|-Insight|-NetworkActivity|-Aggregated)?';
const IN_BUCKET = new RegExp(
  String.raw`(?:^|/)AWSLogs/(?:o-[a-z0-9]{10,32}/)?(\d{12})/(${FOLDER})/([a-z0-9-]{2,40})/(\d{4}/\d{2}/\d{2})/[^/]+$`,
);
const BY_NAME = new RegExp(
  String.raw`^(\d{12})_(${FOLDER})_([a-z0-9-]{2,40})_(\d{4})(\d{2})(\d{2})T\d{4}(?:\d{2})?Z?`,
);
/** A digest's name carries its trail between the two regions: `…_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_…`. */
const DIGEST_NAME = /^\d{12}_CloudTrail-Digest_/;
const OTHER_SERVICE = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]{10,32}\/)?\d{12}\/(?!CloudTrail)[^/]+\//;
const LOG_FILE_ENDING = /\.(?:json|ndjson|jsonl|gz)$/i;
/** A saved query result of CloudTrail Lake that somebody gunzipped; no other CSV is looked at. */
const GUNZIPPED_RESULT = /(?:^|\/)result(?:_\d+)?\.csv$/;
/** What vouches for a query's result files, beside them (CloudTrail user guide, "CloudTrail sign file structure"). */
export const SIGN_FILE = 'result_sign.json';

/** Keys are at most 1,024 bytes in S3; paths on disk can be longer, and their hash is what the lake uses. */
const MAX_KEY_LENGTH = 4096;

/** The trail's own coordinates, from the folders of the key or, where those are gone, from the file's name. */
export function parseTrailKey(key: string): TrailKey | undefined {
  if (key.length > MAX_KEY_LENGTH) return undefined;
  const path = IN_BUCKET.exec(key);
  if (path !== null) {
    const [, account = '', folder = '', region = '', day = ''] = path;
    return { account, folder: folder as TrailFolder, region, day };
  }
  const named = BY_NAME.exec(baseName(key));
  if (named === null) return undefined;
  const [, account = '', folder = '', region = '', year, month, day] = named;
  return { account, folder: folder as TrailFolder, region, day: `${year}/${month}/${day}` };
}

/** Whether the object at `key` is to be read as a log file, and if not, why not. Never throws. */
export function classifyKey(key: string): LogFileClass {
  if (key.endsWith('/')) return { take: false, reason: 'folder-marker' };
  const trail = parseTrailKey(key);
  if (trail?.folder === 'CloudTrail-Digest' || DIGEST_NAME.test(baseName(key))) {
    return { take: false, reason: 'digest' };
  }
  if (OTHER_SERVICE.test(key)) return { take: false, reason: 'other-service' };
  if (baseName(key) === SIGN_FILE) return { take: false, reason: 'sign-file' };
  if (!LOG_FILE_ENDING.test(key) && !GUNZIPPED_RESULT.test(key))
    return { take: false, reason: 'not-a-log-file' };
  return { take: true, trail };
}

/**
 * The stream a log file belongs to: the unit within which batches are numbered. One trail folder of one account, region and day;
 * anything else is streamed by the folder it lies in, hashed, because such names may hold anything.
 * Made of lower-case letters, digits, hyphens, `CloudTrail…` and `/` only.
 */
export function streamOf(key: string): string {
  const trail = parseTrailKey(key);
  if (trail !== undefined) return `${trail.account}/${trail.folder}/${trail.region}/${trail.day}`;
  const folder = key.slice(0, key.length - baseName(key).length);
  return `other/${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
}

const NAMED_TIME = /^\d{12}_[^_]+_[a-z0-9-]{2,40}_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z/;

/** When the log file was delivered, as its name says: milliseconds since 1970, to the minute. */
export function logFileTime(key: string): number | undefined {
  const match = NAMED_TIME.exec(baseName(key));
  if (match === null) return undefined;
  const [, year, month, day, hour, minute] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(time) ? undefined : time;
}

function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
