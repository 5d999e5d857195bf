import type { BatchReceipts, Plan } from '../shared/core/lake-format.ts';
import type { HiveFields } from './glue-columns.ts';

/** The lake's own documents as Athena sees them; shared/core/lake-format.ts says what each field means. */

const PLANNED_LOG_FILE = { key: 'string', size: 'bigint', version: 'string' } as const;

export const PLAN_FIELDS: HiveFields<Plan> = {
  format: 'bigint',
  stream: 'string',
  sequence: 'bigint',
  limits: {
    struct: {
      storedBytes: 'bigint',
      logFileBytes: 'bigint',
      expansion: 'bigint',
      expansionFrom: 'bigint',
      records: 'bigint',
      unreadableRecords: 'bigint',
      recordBytes: 'bigint',
      recordValues: 'bigint',
      recordDepth: 'bigint',
      partitions: 'bigint',
    },
  },
  logFiles: { array: PLANNED_LOG_FILE },
};

export const RECEIPTS_FIELDS: HiveFields<BatchReceipts> = {
  format: 'bigint',
  stream: 'string',
  sequence: 'bigint',
  plan: 'string',
  logFiles: {
    array: {
      ...PLANNED_LOG_FILE,
      outcome: 'string',
      sha256: 'string',
      textBytes: 'bigint',
      records: 'bigint',
      rows: { array: { object: 'string', rows: 'bigint' } },
      quarantined: 'map<string,bigint>',
      oldestEventTime: 'string',
      newestEventTime: 'string',
    },
  },
  objects: { array: { key: 'string', bytes: 'bigint', sha256: 'string', rows: 'bigint' } },
  quarantine: { array: { key: 'string', bytes: 'bigint', sha256: 'string' } },
};
