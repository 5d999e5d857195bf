/** "Partitions" in docs/lake.md: by the event first, by the log file's key where the event does not say. */

import type { Cell } from './cells-of-struct.ts';

export interface Partition {
  readonly account: string;
  readonly region: string;
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

const ACCOUNT = /^\d{1,12}$/;
const REGION = /^[a-z0-9-]{2,40}$/;

/** `…AWSLogs/[o-ORGID/]ACCOUNT/CloudTrail…/REGION/YYYY/MM/DD/file` */
const FOLDERS = /(?:^|\/)AWSLogs\/(?:o-[^/]+\/)?([^/]+)\/CloudTrail[^/]*\/([^/]+)\/\d{4}\/\d\d\/\d\d\/[^/]+$/;

/** `ACCOUNT_CloudTrail…_REGION_YYYYMMDDTHHmmZ_RANDOM.json.gz`, for archives that lost their folders. */
const FILE_NAME = /(?:^|\/)(\d+)_CloudTrail[^_/]*_([^_/]+)_\d{8}T\d{4}Z[^/]*$/;

export function partitionOfRow(row: Readonly<Record<string, Cell>>, key: string, instant: number): Partition {
  const [, keyAccount = '', keyRegion = ''] = FOLDERS.exec(key) ?? FILE_NAME.exec(key) ?? [];
  const date = new Date(instant);
  return {
    account: firstOf(ACCOUNT, row['recipientaccountid'], keyAccount, identityAccount(row)),
    region: firstOf(REGION, row['awsregion'], keyRegion),
    year: String(date.getUTCFullYear()).padStart(4, '0'),
    month: String(date.getUTCMonth() + 1).padStart(2, '0'),
    day: String(date.getUTCDate()).padStart(2, '0'),
  };
}

function identityAccount(row: Readonly<Record<string, Cell>>): Cell {
  const identity = row['useridentity'] as { readonly accountid: Cell } | null;
  return identity?.accountid ?? null;
}

function firstOf(valid: RegExp, ...candidates: readonly (Cell | undefined)[]): string {
  const isFit = (cell: Cell | undefined): cell is string => typeof cell === 'string' && valid.test(cell);
  return candidates.find(isFit) ?? 'unknown';
}
