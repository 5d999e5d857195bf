import type { Finding, FindingCode } from '../shared/core/finding.ts';
import type { Reported } from '../shared/jobs/report-findings.ts';
import type { HourlyResult } from '../shared/jobs/verify-hourly.ts';

/** The metrics of what was told. */
export function toldCounts({ fresh, messages }: Reported): Record<string, number> {
  return { NewFindings: fresh, FindingMessages: messages };
}

/** The metrics of one verification, by name; each code of a finding has its own. */
export function verifyCounts(
  { verification, counts }: HourlyResult,
  regionsWaiting: number,
): Record<string, number> {
  const { findings, behind } = verification;
  const alarms = findings.filter(({ severity }) => severity === 'alarm');
  return {
    VerifyRuns: 1,
    AlarmFindings: alarms.length,
    VerifyBehind: Number(behind),
    RegionsWaiting: regionsWaiting,
    DigestsVerified: counts.digests,
    LogFilesVerified: counts.logFiles,
    VerifiedBytes: counts.bytes,
    BatchesVerified: counts.batches,
    GenerationsVerified: counts.generations,
    BatchesLeft: verification.batchesLeft.length,
    BatchesNotRecomputed: findings.filter(({ code }) => code === 'batch-not-recomputed').length,
    ...byCode(alarms),
  };
}

/** `digest-missing` counts as `FindingDigestMissing`. */
export function metricOfCode(code: FindingCode): string {
  return `Finding${code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
}

function byCode(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of findings) counts[metricOfCode(code)] = (counts[metricOfCode(code)] ?? 0) + 1;
  return counts;
}
