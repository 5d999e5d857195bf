import { ADVICE, type Finding } from '../../shared/core/finding.ts';
import type { VerifyCounts } from '../../shared/jobs/verify.ts';
import { bytes, count, printable } from './human.ts';
import { renderRows } from './table.ts';

/** Findings by code, alarms first, each code with what to do about it; then a table of them, and what was looked at. */
export function verifyReport(counts: VerifyCounts, findings: readonly Finding[]): string {
  const [alarms, notices] = (['alarm', 'notice'] as const).map((severity) =>
    findings.filter((one) => one.severity === severity),
  ) as [Finding[], Finding[]];
  const blocks = [...blocksOf(alarms, ALARMS_SHOWN), ...blocksOf(notices, NOTICES_SHOWN)];
  const { chains, digests, logFiles, bytes: size, batches, generations, signFiles } = counts;
  const exported = signFiles === 0 ? '' : `, ${count(signFiles, 'query result')} of CloudTrail Lake`;
  const compacted = generations === 0 ? '' : ` and ${count(generations, 'compacted day')}`;
  const lake = batches === 0 ? '' : `, ${count(batches, 'batch', 'batches')}${compacted} of the lake`;
  const looked = `${count(chains, 'chain')}, ${count(digests, 'digest')}, ${count(logFiles, 'log file')}, ${bytes(size)}${exported}${lake} verified`;
  const verdict = alarms.length === 0 ? 'no alarm' : count(alarms.length, 'alarm');
  const overview = findings.length === 0 ? [] : [overviewOf([...alarms, ...notices])];
  return [...blocks, ...overview, `${looked}: ${verdict}`].join('\n\n');
}

/** How many of each, below what may be pages of them. */
function overviewOf(findings: readonly Finding[]): string {
  const groups = Map.groupBy(findings, ({ severity, code }) => `${severity} ${code}`);
  const rows = [...groups.values()].map((some) => [
    some[0]?.severity ?? '',
    some[0]?.code ?? '',
    some.length,
  ]);
  return renderRows(['severity', 'finding', 'objects'], rows, Infinity);
}

function blocksOf(findings: readonly Finding[], shown: number): string[] {
  return [...Map.groupBy(findings, ({ code }) => code)].map(([code, some]) => {
    const severity = some[0]?.severity ?? '';
    const lines = some
      .slice(0, shown)
      .map(({ subject, evidence }) => `  ${printable(subject)}\n    ${printable(evidence)}`);
    const more = some.length > shown ? [`  and ${some.length - shown} more; --json has them all`] : [];
    return [`${severity}: ${code} (${some.length})`, ...lines, ...more, `  → ${ADVICE[code]}`].join('\n');
  });
}

/** Of each code: a removed year is ten thousand findings. */
const ALARMS_SHOWN = 10;
/** A copy has one for each chain. */
const NOTICES_SHOWN = 2;
