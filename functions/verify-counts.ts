import type { Finding } from '../shared/core/finding.ts';
import type { Reported } from '../shared/jobs/report-findings.ts';
import type { HourlyResult } from '../shared/jobs/verify-hourly.ts';

/** The metrics of one verification, by name; each code of a finding has its own. */
export function verifyCounts(
  { verification, counts }: HourlyResult,
  { fresh, messages }: Reported,
  regionsWaiting: number,
): Record<string, number> {
  const { findings, behind } = verification;
  const alarms = findings.filter(({ severity }) => severity === 'alarm');
  return {
    VerifyRuns: 1,
    AlarmFindings: alarms.length,
    NewFindings: fresh,
    FindingMessages: messages,
    VerifyBehind: Number(behind),
    RegionsWaiting: regionsWaiting,
    DigestsVerified: counts.digests,
    LogFilesVerified: counts.logFiles,
    VerifiedBytes: counts.bytes,
    BatchesVerified: counts.batches,
    ...byCode(alarms),
  };
}

/** `digest-missing` counts as `FindingDigestMissing`. */
function byCode(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of findings) {
    const name = `Finding${code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
