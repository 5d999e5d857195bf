import { fromLogs, type PublicKeys } from '../core/digest-checks.ts';
import { finding, type Finding } from '../core/finding.ts';
import { SIGN_FILE } from '../core/log-file-key.ts';
import { sha256Hex } from '../core/sha256.ts';
import {
  checkSignFile,
  isResultFile,
  parseSignFile,
  SignFileError,
  type SignFile,
} from '../core/sign-file.ts';
import type { LogFileCounts } from './check-log-files.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { readOr } from './read-evidence.ts';

/** Below an account's folder: `CloudTrail-Lake/Query/YYYY/MM/DD/<query id>/`. */
export const LAKE_FOLDER = 'CloudTrail-Lake/';

/** Result files are large. */
const READS_AHEAD = 2;

export interface ExportCounts extends LogFileCounts {
  /** Sign files of CloudTrail Lake's query results. */
  signFiles: number;
}

export interface VerifyExportsOptions {
  readonly keys: PublicKeys;
  readonly counts: ExportCounts;
  /** Told of each result file that a valid sign file vouches for: its key from `AWSLogs/` on. */
  readonly vouched: (logFile: string) => void;
}

/**
 * Verifies the saved query results of CloudTrail Lake below the accounts' folders, or at the top of a folder that was downloaded by itself:
 * the signature of every sign file, the hash of every file it names, and that it names all that are there. Throws `SourceError`.
 */
export async function* verifyExports(
  store: EvidenceStore,
  accounts: readonly string[],
  options: VerifyExportsOptions,
): AsyncGenerator<Finding> {
  for (const account of accounts) {
    let folder: Folder | undefined;
    for await (const key of store.list(`${account}${LAKE_FOLDER}`)) {
      const path = key.slice(0, key.lastIndexOf('/') + 1);
      if (folder?.path !== path) {
        if (folder !== undefined) yield* verifyFolder(store, folder, options);
        folder = { path, names: new Set() };
      }
      folder.names.add(key.slice(path.length));
    }
    if (folder !== undefined) yield* verifyFolder(store, folder, options);
  }
  const top = accounts.length === 0 ? await topFolder(store) : undefined;
  if (top !== undefined) yield* verifyFolder(store, top, options);
}

/** A query's results. */
interface Folder {
  readonly path: string;
  readonly names: Set<string>;
}

/** Undefined if no query's results lie there. */
async function topFolder(store: EvidenceStore): Promise<Folder | undefined> {
  const names = new Set<string>();
  for await (const key of store.list('result')) if (isResultFile(key) || key === SIGN_FILE) names.add(key);
  return names.has(SIGN_FILE) ? { path: '', names } : undefined;
}

async function* verifyFolder(
  store: EvidenceStore,
  { path, names }: Folder,
  { keys, counts, vouched }: VerifyExportsOptions,
): AsyncGenerator<Finding> {
  const results = [...names].filter(isResultFile);
  const key = `${path}${SIGN_FILE}`;
  if (!names.has(SIGN_FILE)) {
    for (const name of results)
      yield finding('result-file-unsigned', `${path}${name}`, 'no sign file lies beside it');
    return;
  }
  const signFile = await readSignFile(store, key);
  if ('code' in signFile) {
    yield signFile;
    return;
  }
  counts.signFiles += 1;
  const findings = checkSignFile(key, signFile, keys);
  yield* findings;
  const named = new Set(signFile.files.map(({ fileName }) => fileName));
  for (const name of results)
    if (!named.has(name)) yield finding('result-file-unsigned', `${path}${name}`, `${key} does not name it`);
  for await (const { fileName, found } of mapAhead(signFile.files, READS_AHEAD, async (file) => ({
    ...file,
    found: await checkFile(store, path, file, counts),
  }))) {
    if (found !== undefined) yield found;
    else if (findings.length === 0) vouched(fromLogs(`${path}${fileName}`));
  }
}

async function readSignFile(store: EvidenceStore, key: string): Promise<SignFile | Finding> {
  const evidence = await readOr(store, key, 'sign-file-unreadable');
  if (evidence === undefined) return finding('sign-file-unreadable', key, 'it went away while being read');
  if ('code' in evidence) return evidence;
  try {
    return parseSignFile(evidence.bytes);
  } catch (error) {
    if (error instanceof SignFileError) return finding('sign-file-unreadable', key, error.message);
    throw error;
  }
}

/** The hash is of the file as stored, gzipped. */
async function checkFile(
  store: EvidenceStore,
  path: string,
  { fileName, fileHashValue }: SignFile['files'][number],
  counts: ExportCounts,
): Promise<Finding | undefined> {
  const key = `${path}${fileName}`;
  const evidence = await readOr(store, key, 'result-file-unreadable');
  if (evidence === undefined) return finding('result-file-missing', key, `${path}${SIGN_FILE} names it`);
  if ('code' in evidence) return evidence;
  counts.logFiles += 1;
  counts.bytes += evidence.bytes.length;
  const sha256 = sha256Hex(evidence.bytes);
  if (sha256 === fileHashValue) return undefined;
  const detail = `its sign file has the hash ${fileHashValue} for it; it is ${sha256}`;
  return finding('result-file-changed', key, detail);
}
