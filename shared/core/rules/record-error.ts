/** Lists directly in lists; JSON readers stop there too (Jackson, which event-ruler uses, at 1000 levels). */
export const MAX_NESTED_LISTS = 1000;

export type RecordErrorCode = 'too-deep' | 'too-long';

/** A record is built so that a rule can't be held against it: the message names the limit that it goes over. */
export class RecordError extends Error {
  readonly code: RecordErrorCode;

  constructor(code: RecordErrorCode, has: string, cause?: unknown) {
    super(`the rule can't be held against the record: it has ${has}`, { cause });
    this.name = 'RecordError';
    this.code = code;
  }
}

export function listsTooDeep(): RecordError {
  return new RecordError('too-deep', `more than ${MAX_NESTED_LISTS} lists in one another`);
}
