import type { FoundDigest } from '../core/digest-checks.ts';
import { finding, type Finding } from '../core/finding.ts';
import { parseTrailKey } from '../core/log-file-key.ts';

/** CloudTrail delivers a log file now and then before its hour ends and names it in the digest after that. */
const PENDING_MS = 2 * 60 * 60 * 1000;

/** Whatever lies in an account's folders of a trail: nothing but digests and what they name belongs there. */
const IN_TRAIL = /^((?:.*\/)?AWSLogs\/(?:o-[a-z0-9]{10,32}\/)?\d{12})\/CloudTrail[^/]*\/([^/]*)/s;

interface Region {
  /** Milliseconds since 1970, of all its digests. */
  from: number;
  until: number;
}

/**
 * Objects in a trail's folders that no digest names. Keys come in byte order, so that an account's come together: they are judged, and
 * forgotten, when the next account begins.
 */
export class StrayLogFiles {
  readonly #dueUntil: number | undefined;
  #account = '';
  readonly #named = new Set<string>();
  readonly #regions = new Map<string, Region>();
  #met: { readonly key: string; readonly region: string }[] = [];

  /** `dueUntil`: nothing is delivered after it, in milliseconds since 1970. */
  constructor(dueUntil: number | undefined) {
    this.#dueUntil = dueUntil;
  }

  /** Returns what there is to say of the account before, if this one is of another. */
  digested({ key, parsed: { region, endTime }, read }: FoundDigest): Finding[] {
    const findings = this.#enter(IN_TRAIL.exec(key)?.[1] ?? '');
    const [start, end] = [Date.parse(read.digest.digestStartTime), Date.parse(endTime)];
    const known = this.#regions.get(region);
    this.#regions.set(region, {
      from: Math.min(known?.from ?? start, start),
      until: Math.max(known?.until ?? end, end),
    });
    return findings;
  }

  /** A digest names this log file. */
  name(key: string): void {
    this.#named.add(key);
  }

  /** An object that is no digest is there. */
  meet(key: string): Finding[] {
    const [, account, region = ''] = IN_TRAIL.exec(key) ?? [];
    if (account === undefined || key.endsWith('/')) return [];
    const findings = this.#enter(account);
    this.#met.push({ key, region });
    return findings;
  }

  /** What there is to say of the last account. */
  finish(): Finding[] {
    return this.#enter('');
  }

  #enter(account: string): Finding[] {
    if (account === this.#account) return [];
    const strays = this.#met.filter(({ key }) => !this.#named.has(key));
    const findings = [...Map.groupBy(strays, ({ region }) => region)].flatMap(([region, some]) =>
      this.#judge(
        region,
        some.map(({ key }) => key),
      ),
    );
    this.#account = account;
    this.#met = [];
    this.#named.clear();
    this.#regions.clear();
    return findings;
  }

  #judge(region: string, keys: readonly string[]): Finding[] {
    const digested = this.#regions.get(region);
    const [first = ''] = keys;
    const others = keys.length - 1;
    if (digested === undefined) {
      return [finding(CODE, first, `this and ${others} more objects of ${region} have no digests at all`)];
    }
    const isPending = (key: string): boolean => this.#isPending(key, digested.until);
    const isEarly = (key: string): boolean => deliveredAt(key) !== 0 && deliveredAt(key) < digested.from;
    const [pending, early] = [keys.filter(isPending), keys.filter(isEarly)];
    const rest = keys.filter((key) => !isPending(key) && !isEarly(key));
    const summaries = [
      pending[0] !== undefined &&
        finding(
          CODE,
          pending[0],
          `this and ${pending.length - 1} more are newer than any digest yet`,
          'notice',
        ),
      early[0] !== undefined &&
        finding(
          CODE,
          early[0],
          `this and ${early.length - 1} more are older than the first digest of ${region}`,
        ),
    ].filter((summary) => summary !== false);
    return [
      ...summaries,
      ...rest.map((key) => finding(CODE, key, 'digests of its time are there, and none names it')),
    ];
  }

  /** Delivered, by its name and its folder alike, when no digest was due for it yet. */
  #isPending(key: string, until: number): boolean {
    const at = deliveredAt(key);
    const folder = parseTrailKey(key)?.day;
    const isItsDay = at !== 0 && folder === new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
    return isItsDay && key.endsWith('.json.gz') && at >= until - PENDING_MS && at <= (this.#dueUntil ?? at);
  }
}

const CODE = 'log-file-in-no-digest';

/** The time in a log file's name, in milliseconds since 1970; 0, which is always past, if it has none. */
function deliveredAt(key: string): number {
  const [, year, month, day, hour, minute] = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[^/]*$/.exec(key) ?? [];
  return year === undefined ? 0 : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}
