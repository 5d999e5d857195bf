import type { FindingCode, Severity } from '../finding.ts';
import type { ReceiptTotals } from '../receipt-totals.ts';

/** What is known of whether the lake holds all that was delivered, unchanged. Of the whole lake: receipts and digests aren't kept by the event's day. */
export interface Integrity {
  readonly receipts: ReceiptTotals & {
    readonly logFiles: number;
    readonly unfinishedBatches: number;
    readonly oldestEventTime: string | null;
    readonly newestEventTime: string | null;
  };
  /** Null if the lake has never been sealed. */
  readonly seals: { readonly digests: number; readonly sealedUntil: string | null } | null;
  /** What the newest hourly verification left in the lake; null if none ever ran. */
  readonly hourly: HourlyVerification | null;
  /** What this run verified itself; null unless it was given public keys. */
  readonly now: VerifiedNow | null;
  /** Alarms that verification told of and that stand in the lake, by code. */
  readonly standing: readonly { readonly code: string; readonly findings: number }[];
}

export interface HourlyVerification {
  readonly at: string;
  /** Since when it has been running. */
  readonly since: string;
  /** Whether there was more to verify than time. */
  readonly behind: boolean;
  /** Up to where our own chain of digests was verified; null before its first. */
  readonly ownUntil: string | null;
  readonly findings: readonly FindingCount[];
}

export interface VerifiedNow {
  /** Whether log files and CloudTrail's digests were at hand, or the lake alone. */
  readonly withLogFiles: boolean;
  readonly chains: number;
  readonly digests: number;
  readonly logFiles: number;
  readonly batches: number;
  readonly findings: readonly FindingCount[];
}

export interface FindingCount {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly findings: number;
}

/** `partly`: something was verified, and no alarm came of it, but not all that the report is about. */
export type Verdict = 'alarm' | 'verified' | 'partly' | 'not verified';

/** What may be said of a period. Nothing counts as verified that no verification looked at. */
export function verdictOf(
  integrity: Integrity,
  period: { readonly from: string; readonly to: string },
): Verdict {
  const { hourly, now, standing } = integrity;
  const found = [...(hourly?.findings ?? []), ...(now?.findings ?? [])];
  if (standing.length > 0 || found.some(({ severity }) => severity === 'alarm')) return 'alarm';
  if (now !== null && now.batches > 0) return now.withLogFiles && found.length === 0 ? 'verified' : 'partly';
  if (hourly === null || hourly.ownUntil === null) return 'not verified';
  const isAllOfIt =
    Date.parse(hourly.since) <= Date.parse(period.from) &&
    Date.parse(hourly.ownUntil) >= Date.parse(period.to);
  return isAllOfIt && !hourly.behind && found.length === 0 ? 'verified' : 'partly';
}

/** How many there are of each code, alarms first. */
export function countFindings(
  findings: readonly { readonly code: FindingCode; readonly severity: Severity }[],
): readonly FindingCount[] {
  const groups = Map.groupBy(findings, ({ code, severity }) => `${severity} ${code}`);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, some]) => {
      const [first] = some;
      return first === undefined
        ? []
        : [{ code: first.code, severity: first.severity, findings: some.length }];
    });
}
