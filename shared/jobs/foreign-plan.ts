import type { Plan } from '../core/lake-format.ts';
import { planKey } from '../core/lake-keys.ts';
import { decompressedLimit, type Limits } from '../core/limits.ts';

/** A plan made elsewhere, with limits beyond what this place can hold in memory. */
export class PlanTooLargeError extends Error {
  constructor(plan: Plan, logFile: string) {
    super(
      `${planKey(plan)} was made by a run with larger limits, and ${logFile} in it is too large to be read here. ` +
        `Finish it where there is more memory: trailseal ingest of the same log files, with --lake of this lake`,
    );
    this.name = 'PlanTooLargeError';
  }
}

/** A plan's limits are its maker's: a laptop's run may have planned what would take a function down. Throws `PlanTooLargeError`. */
export function refuseForeignPlan(plan: Plan, own: Limits): void {
  for (const { key, size } of plan.logFiles) {
    // It isn't read at all, and its receipt says so.
    if (size > plan.limits.storedBytes) continue;
    const text = decompressedLimit(size, plan.limits);
    if (size > own.storedBytes || text > Math.max(own.logFileBytes, own.expansionFrom))
      throw new PlanTooLargeError(plan, key);
  }
}
