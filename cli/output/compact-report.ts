import type { CompactSummary } from '../../shared/jobs/compact.ts';
import { bytes, count, printable } from './human.ts';

interface Told extends Omit<CompactSummary, 'failures'> {
  readonly failures: readonly { readonly partition: string; readonly error: string }[];
}

/** What a run of compaction did, for people. */
export function compactReport(summary: Told): string {
  const { partitions, open, current, compacted, added, made, superseded, failures, behind } = summary;
  const lines = [
    `${count(compacted, 'day')} of an account and region compacted, ${current} as they should be, ${open} not over yet`,
  ];
  if (partitions === 0) lines[0] = 'nothing to compact: no small objects lie in events/';
  if (compacted > 0) {
    const doubles = made.deliveries - made.rows;
    lines.push(
      `${count(added.objects, 'small object')} (${count(added.rows, 'row')}) → ${count(made.objects, 'object')}, ` +
        `${count(made.rows, 'event')}, ${bytes(made.bytes)}${doubles > 0 ? `; ${count(doubles, 'delivery', 'deliveries')} more of the same events noted beside them` : ''}`,
    );
  }
  if (superseded > 0) lines.push(`${count(superseded, 'object')} removed that others had taken the place of`);
  if (behind) lines.push('there is more to do: run it again');
  for (const { partition, error } of failures)
    lines.push(`NOT COMPACTED: ${partition}\n  ${printable(error)}`);
  return lines.join('\n');
}
