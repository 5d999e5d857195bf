import { dayPath, isoTime } from '../iso-time.ts';
import { accessKey, documentationAddress, principalId } from './organisation.ts';
import type { Template } from './draw.ts';

/** What may stand between angle brackets in a template, beside the account's own resources. */
export const FILLS: Readonly<Record<string, Template>> = {
  account: (draw) => draw.account.id,
  region: (draw) => draw.region,
  action: (draw) => draw.action,
  arn: (draw) => draw.arn,
  iso: (draw) => isoTime(draw.time),
  date: (draw) => consoleTime(draw.time),
  later: (draw) => consoleTime(draw.time + 3_600_000),
  millis: (draw) => String(draw.time),
  uuid: (draw) => draw.random.uuid(),
  hex: (draw) => `0${draw.random.hex(16)}`,
  sha: (draw) => draw.random.hex(64),
  int: (draw) => String(draw.random.between(1, 100)),
  port: (draw) => String(draw.random.pick([22, 80, 443, 3306, 5432, 8080])),
  ip: (draw) => documentationAddress(draw.random),
  private: (draw) => `10.${draw.random.int(4)}.${draw.random.int(255)}.${draw.random.between(4, 250)}`,
  // Above 2^53 on purpose: whoever parses these into doubles changes them.
  big: (draw) =>
    `9${draw.random.between(100_000_000, 999_999_999)}${draw.random.between(10_000_000, 99_999_999)}`,
  // S3 data events write whole bytes as floats.
  bytes: (draw) => `${transferred(draw.random.int(8), draw.random.int(60_000))}.0`,
  object: (draw) => objectKey(draw.random.int(20), isoTime(draw.time).slice(0, 10), draw.random.int(4000)),
  amzid: (draw) => `${draw.random.base64(75)}=`,
  token: (draw) => `IQoJb3JpZ2luX2VjEXAMPLE${draw.random.base62(24)}`,
  etag: (draw) => draw.random.hex(32),
  log: (draw) => `${dayPath(draw.time)}/[$LATEST]${draw.random.hex(32)}`,
  userkey: (draw) => accessKey(draw.random, 'AKIA'),
  userid: (draw) => principalId(draw.random, 'AIDA'),
  roleid: (draw) => principalId(draw.random, 'AROA'),
  issuedkey: (draw) => draw.issued.accessKey,
  issuedrole: (draw) => draw.issued.role,
  issuedroleid: (draw) => draw.issued.roleId,
  issuedsession: (draw) => draw.issued.sessionName,
  type: (draw) => draw.random.pick(['t3.micro', 't4g.small', 'm7g.large', 'c7i.xlarge', 'r7g.2xlarge']),
  tag: (draw) =>
    draw.random.pickSkewed(['platform', 'data', 'web', 'Kundenportal München', 'équipe-paiements', '検索']),
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov 1, 2026, 9:00:00 AM`, as IAM and STS write dates in their responses. */
function consoleTime(time: number): string {
  const date = new Date(time);
  const hour = date.getUTCHours();
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const month = MONTHS[date.getUTCMonth()] ?? '';
  return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock} ${hour < 12 ? 'AM' : 'PM'}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function transferred(kind: number, size: number): number {
  if (kind === 0) return 500;
  return kind < 3 ? size % 1000 : size;
}

function objectKey(kind: number, day: string, number: number): string {
  if (kind === 0) return `reports/Übersicht-${number % 50}.xlsx`;
  if (kind === 1) return `写真/${day}/${number}.jpg`;
  if (kind < 8) return `logs/${day}/part-${String(number).padStart(5, '0')}.parquet`;
  if (kind < 14) return `uploads/${number % 97}/${day}/invoice-${number}.pdf`;
  return `exports/dt=${day}/batch-${number % 24}/data-${number}.json.gz`;
}
