import { encodeObject } from '../../shared/core/columnar/encode-object.ts';
import { giveRow } from '../../shared/core/columnar/give-row.ts';
import { startEngine } from '../../shared/core/columnar/start-engine.ts';
import type { Row } from '../../shared/core/record-row.ts';

const { engine, memory } = startEngine();

/** Rows in their order as the lake stores them, wherever they come from. At least one, and no more than a part has. */
export function objectOfRows(rows: readonly Row[]): Uint8Array {
  for (const row of rows) {
    engine.setLogFile(memory.putScratch(textOf(row.values['logfile'])));
    giveRow(engine, memory, row, Number(row.values['recordindex']));
  }
  memory.putOrder(rows.map((_, i) => i));
  const object = encodeObject(engine, rows.length);
  engine.forgetPart();
  return object;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a row without its log file');
  return value;
}
