import { decodePlan, LakeFormatError, planId, type Plan } from '../core/lake-format.ts';
import { planKey, type BatchRef } from '../core/lake-keys.ts';
import type { ObjectStore } from './ports.ts';

/** A plan and its id; undefined if none has this number. Throws `LakeFormatError`, also for the plan of another batch. */
export async function readPlan(
  lake: ObjectStore,
  batch: BatchRef,
): Promise<{ readonly plan: Plan; readonly id: string } | undefined> {
  const key = planKey(batch);
  const bytes = await lake.get(key);
  if (bytes === undefined) return undefined;
  const plan = decodePlan(key, bytes);
  if (planKey(plan) !== key) throw new LakeFormatError(key, { cause: `it is ${planKey(plan)}` });
  return { plan, id: planId(bytes) };
}
