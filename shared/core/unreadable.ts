/** Why a log file, or a part of it, can't become rows. Closed: a receipt, a test and a page of the README name each. */
export type UnreadableCode =
  | 'empty'
  | 'too-large'
  | 'gzip-truncated'
  | 'gzip-corrupt'
  | 'gzip-trailing-bytes'
  | 'gzip-several-members'
  | 'not-json'
  | 'records-missing'
  | 'records-not-array'
  | 'event-json-missing'
  | 'broken-csv'
  | 'too-many-records'
  | 'too-many-unreadable-records'
  | 'too-many-partitions'
  | 'broken-json'
  | 'stray-field'
  | 'not-an-object'
  | 'invalid-utf8'
  | 'record-too-large'
  | 'record-too-deep'
  | 'record-too-many-values'
  | 'event-time-missing'
  | 'event-time-malformed';

/** A whole log file that can't be read. Caught by `normaliseLogFile`; the file goes to quarantine with this reason. */
export class UnreadableLogFile extends Error {
  readonly code: UnreadableCode;

  constructor(code: UnreadableCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'UnreadableLogFile';
    this.code = code;
  }
}
