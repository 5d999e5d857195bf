import { decodePlan, LakeFormatError } from './lake-format.ts';
import { planKey } from './lake-keys.ts';
import { DEFAULT_LIMITS } from './limits.ts';

/** Those of them that are the same in every version and however it is called: stricter ones would hide records, others would break this. */
const FIXED_LIMITS = [
  'expansion',
  'expansionFrom',
  'records',
  'unreadableRecords',
  'recordBytes',
  'recordValues',
  'recordDepth',
] as const;
const LEAST_PARTITIONS = 100;
const MOST_BYTES = 2 * 1024 * 1024 * 1024;

/** What no plan of ours has; limits above all, for they come to bear when it is carried out. Undefined if there is nothing. */
export function strangeIn(key: string, stored: Uint8Array): string | undefined {
  try {
    const plan = decodePlan(key, stored);
    if (planKey(plan) !== key) return `it is of ${planKey(plan)}`;
    const { limits } = plan;
    const fixed = FIXED_LIMITS.find((name) => limits[name] !== DEFAULT_LIMITS[name]);
    if (fixed !== undefined) return `its limit ${fixed} is ${limits[fixed]}, and never was that`;
    if (limits.partitions < LEAST_PARTITIONS) return `its limit partitions is ${limits.partitions}`;
    const { logFileBytes } = limits;
    return logFileBytes > MOST_BYTES ? `its limit logFileBytes is ${logFileBytes}` : undefined;
  } catch (error) {
    if (error instanceof LakeFormatError) return error.message;
    throw error;
  }
}
