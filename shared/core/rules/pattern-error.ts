/** `invalid`: not in the language of patterns. `limit`: in it, and larger than a rule may be. */
export type PatternErrorCode = 'invalid' | 'limit';

/** A rule's pattern can't be used. The message says where, and what is expected there. */
export class PatternError extends Error {
  readonly code: PatternErrorCode;
  /** `userIdentity.type[0].prefix`; empty for the pattern itself. */
  readonly where: string;

  constructor(where: string, expected: string, code: PatternErrorCode = 'invalid', cause?: unknown) {
    super(`${where === '' ? 'the event pattern' : where}: ${expected}`, { cause });
    this.name = 'PatternError';
    this.code = code;
    this.where = where;
  }
}
