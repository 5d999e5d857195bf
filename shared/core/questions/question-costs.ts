import { createHash } from 'node:crypto';
import * as z from 'zod';
import { scanOf } from '../athena-price.ts';
import { athenaSql } from './question-values.ts';
import type { Question } from './question.ts';

/**
 * What the questions read of the lake that `trailseal demo` makes: the compressed bytes of the columns each names, in the objects of the days
 * asked for. `npm run questions` measures it anew.
 */
export const QUESTION_COSTS = z.strictObject({
  lake: z.strictObject({
    /** Rows of the days asked for. */
    rows: z.number(),
    /** Parquet objects, and the bytes of all their columns. */
    objects: z.number(),
    bytes: z.number(),
  }),
  /** By the question's name. `sql` is what was measured, so that an old figure is seen. */
  questions: z.record(z.string(), z.strictObject({ sql: z.string(), bytes: z.number() })),
});

export type QuestionCosts = z.infer<typeof QUESTION_COSTS>;

/** Bytes read and US dollars on Athena, for the sample lake; undefined where the question was not measured as it is now. */
export function costOf(
  question: Question,
  costs: QuestionCosts,
): { bytes: number; dollars: number } | undefined {
  const measured = costs.questions[question.name];
  if (measured === undefined || measured.sql !== fingerprint(question)) return undefined;
  return { bytes: measured.bytes, dollars: scanOf(measured.bytes, true).dollars };
}

/** Changes with the SQL. */
export function fingerprint(question: Question): string {
  return createHash('sha256').update(athenaSql(question)).digest('hex').slice(0, 12);
}
