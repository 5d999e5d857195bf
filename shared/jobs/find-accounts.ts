import type { EvidenceStore } from './evidence.ts';
import { TooManyFoldersError } from './find-log-files.ts';

/** Where one account's log files and digests lie. */
export interface AccountRoot {
  readonly account: string;
  /** `[prefix/]AWSLogs/[o-ORGID/]ACCOUNT/` */
  readonly path: string;
}

const LOGS = /(?:^|\/)AWSLogs\/$/;
const ORGANISATION = /\/o-[a-z0-9]{10,32}\/$/;
const ACCOUNT = /\/(\d{12})\/$/;
/** A trail's prefix is one folder nearly always. */
const MAX_DEPTH = 6;
const MAX_SEARCHED = 1000;

/** Every account that has a folder below an `AWSLogs`, sorted by account, then path. Throws `TooManyFoldersError` and `SourceError`. */
export async function findAccounts(store: EvidenceStore): Promise<AccountRoot[]> {
  const found: AccountRoot[] = [];
  let level = [''];
  let searched = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const path of level) {
      searched += 1;
      if (searched > MAX_SEARCHED) throw new TooManyFoldersError('');
      if (LOGS.test(path)) found.push(...(await accountsBelow(store, path)));
      below.push(...(await store.folders(path)).filter((folder) => !isLogs(path, folder)));
    }
    level = below;
  }
  return found.sort((a, b) => compare(a.account, b.account) || compare(a.path, b.path));
}

/** An account's or organisation's folder isn't searched for another `AWSLogs`. */
function isLogs(parent: string, folder: string): boolean {
  return LOGS.test(parent) && (ACCOUNT.test(folder) || ORGANISATION.test(folder));
}

async function accountsBelow(store: EvidenceStore, logs: string): Promise<AccountRoot[]> {
  const folders = await store.folders(logs);
  const nested = await Promise.all(
    folders.filter((folder) => ORGANISATION.test(folder)).map(async (folder) => await store.folders(folder)),
  );
  return [...folders, ...nested.flat()].flatMap((path) => {
    const account = ACCOUNT.exec(path)?.[1];
    return account === undefined ? [] : [{ account, path }];
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
