/** What is no Sigma rule for CloudTrail, or no rule that can be carried out. */
export class SigmaError extends Error {
  /** The place in the document: `detection.selection.eventName|re`. */
  readonly where: string;

  constructor(where: string, reason: string, options?: ErrorOptions) {
    super(`${where}: ${reason}`, options);
    this.name = 'SigmaError';
    this.where = where;
  }
}

/** What a Sigma rule may cost, so that a hostile one is an error and no load. An error that a limit makes names it. */
export const SIGMA_LIMITS = {
  /** Characters of a condition. */
  conditionLength: 4000,
  /** Brackets and `not` within each other in a condition. */
  conditionDepth: 32,
  /** Search identifiers of a detection. */
  selections: 200,
  /** Names in a field such as `userIdentity.sessionContext`. */
  fieldDepth: 20,
  /** Characters of a value. */
  valueLength: 4000,
  /** `*` and `?` in a value. */
  wildcards: 64,
  /** What one value becomes by placeholders, dashes and offsets. */
  alternatives: 1000,
  /** Tests of the whole rule, counted once for each time that the condition uses them. */
  tests: 20_000,
} as const;

/** Throws `SigmaError` if there is more than the limit. */
export function holdLimit(limit: keyof typeof SIGMA_LIMITS, size: number, where: string): void {
  if (size > SIGMA_LIMITS[limit])
    throw new SigmaError(where, `${size} is more than the limit ${limit} of ${SIGMA_LIMITS[limit]}`);
}
