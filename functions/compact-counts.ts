import type { CompactSummary } from '../shared/jobs/compact.ts';

/** The metrics of one invocation of compact, by name. */
export function compactCounts(summary: CompactSummary): Record<string, number> {
  const { compacted, moved, added, made, superseded, failures, behind } = summary;
  return {
    CompactionRuns: 1,
    DaysCompacted: compacted,
    DaysNotCompacted: failures.length,
    PartitionsMoved: moved,
    ObjectsMerged: added.objects,
    ObjectsMade: made.objects,
    EventsCompacted: made.rows,
    CompactedBytes: made.bytes,
    ObjectsSuperseded: superseded,
    CompactBehind: Number(behind),
  };
}
