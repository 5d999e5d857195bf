import { CatalogueError, type RegistrationOutcome } from '../shared/jobs/register-partitions.ts';

/** The metrics of one invocation of partitions, by name. */
export function registrationCounts(
  outcomes: Iterable<RegistrationOutcome>,
  failed: number,
): Record<string, number> {
  const all = [...outcomes];
  return {
    PartitionsRegistered: all.filter(({ kind }) => kind === 'added').length,
    PartitionsKnown: all.filter(({ kind }) => kind === 'known').length,
    PartitionConflicts: all.filter((outcome) => outcome.kind === 'failed' && isConflict(outcome.error))
      .length,
    DeliveriesFailed: failed,
  };
}

/** The partition is registered at another place: somebody has to look. */
function isConflict(error: unknown): boolean {
  return error instanceof CatalogueError && error.code === 'elsewhere';
}
