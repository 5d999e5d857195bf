import { ADVICE, type Finding } from '../../shared/core/finding.ts';
import type { VerifyCounts } from '../../shared/jobs/verify.ts';
import { bytes, count, printable } from './human.ts';

/** Findings by code, each code with what to do about it, then what was looked at. */
export function verifyReport(counts: VerifyCounts, findings: readonly Finding[]): string {
  const blocks = [...Map.groupBy(findings, ({ code }) => code)].map(([code, some]) => {
    const [severity] = some.map((one) => one.severity);
    const shown = some
      .slice(0, SHOWN)
      .map(({ subject, evidence }) => `  ${printable(subject)}\n    ${printable(evidence)}`);
    const more = some.length > SHOWN ? [`  and ${some.length - SHOWN} more; --json has them all`] : [];
    return [`${severity}: ${code} (${some.length})`, ...shown, ...more, `  → ${ADVICE[code]}`].join('\n');
  });
  const { chains, digests, logFiles, bytes: size, batches } = counts;
  const lake = batches === 0 ? '' : `, ${count(batches, 'batch', 'batches')} of the lake`;
  const looked = `${count(chains, 'chain')}, ${count(digests, 'digest')}, ${count(logFiles, 'log file')}, ${bytes(size)}${lake} verified`;
  const alarms = findings.filter(({ severity }) => severity === 'alarm').length;
  const verdict = alarms === 0 ? 'no alarm' : count(alarms, 'alarm');
  return [...blocks, `${looked}: ${verdict}`].join('\n\n');
}

/** Of each code: a removed year is ten thousand findings. */
const SHOWN = 10;
