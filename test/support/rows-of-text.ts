import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { isRow, normaliseLogFile, type UnreadableRecord } from '../../shared/core/normalise-log-file.ts';
import type { Row } from '../../shared/core/record-row.ts';

export const LOG_FILE =
  'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/111122223333_CloudTrail_eu-west-1_20261121T0000Z_AAAAAAAAAAAAAAAA.json.gz';

/** A time, so that a record is one. */
export const TIME = '"eventTime":"2026-11-21T10:20:30Z"';

/** Every row and refusal of a log file's text. */
export function itemsOf(text: string | Uint8Array, key = LOG_FILE): (Row | UnreadableRecord)[] {
  const items = normaliseLogFile(key, Buffer.from(text), DEFAULT_LIMITS);
  return Array.from(items, (item) => (isRow(item) ? item.row : item));
}

/** The row of a single record; throws if it was refused. */
export function rowOfRecord(record: string, key = LOG_FILE): Row {
  const [item] = itemsOf(`[${record}]`, key);
  if (item === undefined || !('values' in item)) throw new Error(`refused: ${item?.code}`);
  return item;
}

/** The columns of a record with these members behind its time. */
export function columnsOf(members: string): Row['values'] {
  return rowOfRecord(`{${TIME}${members === '' ? '' : ','}${members}}`).values;
}

/** Why a record was refused. */
export function refusalOf(record: string): string | undefined {
  const [item] = itemsOf(`[${record}]`);
  return item !== undefined && 'code' in item ? item.code : undefined;
}
