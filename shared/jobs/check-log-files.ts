import { fromLogs } from '../core/digest-checks.ts';
import type { Digest } from '../core/digest-file.ts';
import { finding, type Finding } from '../core/finding.ts';
import { gunzipLogFile } from '../core/gunzip.ts';
import { sha256Hex } from '../core/sha256.ts';
import { UnreadableLogFile } from '../core/unreadable.ts';
import type { EvidenceStore } from './evidence.ts';
import { readOr } from './read-evidence.ts';
import { mapAhead } from './map-ahead.ts';

const READS_AHEAD = 16;
const MAX_LOG_FILE_BYTES = 256 * 1024 * 1024;

/** Log files that were read, and their bytes as stored. */
export interface LogFileCounts {
  logFiles: number;
  bytes: number;
}

/** Where a log file that a digest names lies: in a copy, below the same folder as the digest. */
export function placeOf(s3Object: string, digestKey: string, store: EvidenceStore): string {
  if (store.bucket !== undefined) return s3Object;
  return `${digestKey.slice(0, digestKey.length - fromLogs(digestKey).length)}${fromLogs(s3Object)}`;
}

/** Reads every log file that a digest names and holds it to its hash. */
export async function* checkLogFiles(
  digestKey: string,
  logFiles: Digest['logFiles'],
  store: EvidenceStore,
  counts: LogFileCounts,
): AsyncGenerator<Finding> {
  const check = async ({ s3Object, hashValue }: Digest['logFiles'][number]): Promise<Finding | undefined> => {
    const evidence = await readOr(store, placeOf(s3Object, digestKey, store), 'log-file-unreadable');
    if (evidence === undefined) return finding('log-file-missing', s3Object, `${digestKey} names it`);
    if ('code' in evidence) return evidence;
    counts.logFiles += 1;
    counts.bytes += evidence.bytes.length;
    return checkLogFile(s3Object, evidence.bytes, hashValue);
  };
  for await (const found of mapAhead(logFiles, READS_AHEAD, check)) if (found !== undefined) yield found;
}

/** Strictly one gzip member: what stands behind it, no digest covers, and most tools would read. */
function checkLogFile(key: string, bytes: Uint8Array, hash: string): Finding | undefined {
  try {
    const sha256 = sha256Hex(gunzipLogFile(bytes, MAX_LOG_FILE_BYTES));
    if (sha256 === hash) return undefined;
    return finding('log-file-changed', key, `its digest has the hash ${hash}; it is ${sha256}`);
  } catch (error) {
    if (error instanceof UnreadableLogFile) return finding('log-file-unreadable', key, error.message);
    throw error;
  }
}
