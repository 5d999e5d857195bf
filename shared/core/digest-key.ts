/**
 * Names of digest files (CloudTrail user guide, "CloudTrail digest file structure"):
 *
 * `[prefix/]AWSLogs/[o-ORGID/]ACCOUNT/CloudTrail-Digest/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_YYYYMMDDTHHMMSSZ[_backfill].json.gz`
 *
 * The date is that of the digest's end. Keys that end in `_backfill` are a chain of their own.
 */
export interface DigestKey {
  /** What stands before the account: `AWSLogs/`, with a bucket prefix and an organisation's id where there are any. */
  readonly root: string;
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  /** Where the trail was made. */
  readonly homeRegion: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly endTime: string;
  readonly backfill: boolean;
}

const REGION = '[a-z0-9-]{2,40}';
const KEY = new RegExp(
  String.raw`^((?:.*/)?AWSLogs/(?:o-[a-z0-9]{10,32}/)?)(\d{12})/CloudTrail-Digest/(${REGION})/(\d{4})/(\d{2})/(\d{2})/` +
    String.raw`\2_CloudTrail-Digest_\3_([A-Za-z0-9._-]{3,128})_(${REGION})_\4\5\6T(\d{2})(\d{2})(\d{2})Z(_backfill)?\.json\.gz$`,
);

/** Undefined for any other key, and for one whose folders contradict its name. */
export function parseDigestKey(key: string): DigestKey | undefined {
  const match = KEY.exec(key);
  if (match === null) return undefined;
  const [, root = '', account = '', region = '', year, month, day, trail = '', homeRegion = ''] = match;
  const [hour, minute, second, backfill] = match.slice(9);
  const endTime = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return { root, account, region, trail, homeRegion, endTime, backfill: backfill !== undefined };
}

/** The inverse of `parseDigestKey`. */
export function digestKey({
  root,
  account,
  region,
  trail,
  homeRegion,
  endTime,
  backfill,
}: DigestKey): string {
  const day = endTime.slice(0, 10).replaceAll('-', '/');
  const stamp = endTime.replaceAll(/[-:]/g, '');
  const name = `${account}_CloudTrail-Digest_${region}_${trail}_${homeRegion}_${stamp}${backfill ? '_backfill' : ''}`;
  return `${root}${account}/CloudTrail-Digest/${region}/${day}/${name}.json.gz`;
}

/** What the digests of one chain have in common. */
export function chainOf({ root, account, region, trail, homeRegion, backfill }: DigestKey): string {
  return [root, account, region, trail, homeRegion, backfill ? 'backfill' : 'hourly'].join(' ');
}
