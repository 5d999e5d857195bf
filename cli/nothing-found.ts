import type { TrailFilter } from '../shared/core/trail-tree.ts';

/** Nothing lies where log files were looked for: most likely a slip, so it says where that was. */
export class NothingFoundError extends Error {
  constructor(place: string, filter: TrailFilter) {
    super(`no log files found; ${lookedFor(place, filter)}. ${HINT}`);
    this.name = 'NothingFoundError';
  }
}

const HINT =
  'Check the prefix, the days (those of the folders, in UTC), accounts and regions; log files that lie otherwise than ' +
  'AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ are for trailseal ingest, and digests are for verifying';

function lookedFor(place: string, { from, to, accounts, regions }: TrailFilter): string {
  const conditions = [
    from === undefined ? '' : ` from ${from.replaceAll('/', '-')}`,
    to === undefined ? '' : ` to ${to.replaceAll('/', '-')}`,
    accounts.length === 0 ? '' : ` of account ${accounts.join(', ')}`,
    regions.length === 0 ? '' : ` in ${regions.join(', ')}`,
  ];
  return `looked below ${place} for AWSLogs folders with a CloudTrail trail${conditions.join('')}`;
}
