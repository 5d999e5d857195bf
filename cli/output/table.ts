import Table from 'cli-table3';
import type { JsonValue } from '../../shared/core/query-result.ts';
import { printable } from './human.ts';

/** Rows as a table that fits `width` columns of text, or, where it can't, as one block a row. Ends without a newline. */
export function renderRows(
  columns: readonly string[],
  rows: readonly (readonly JsonValue[])[],
  width: number,
): string {
  const cells = rows.map((row) => row.map(cell));
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const total = widths.reduce((sum, w) => sum + w + 3, 1);
  return total <= width ? asTable(columns, cells) : asBlocks(columns, cells);
}

function asTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...columns], style: { head: [], border: [] }, chars: NO_LINES });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** No line between rows: a screen holds twice as many. */
const NO_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

function asBlocks(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const pad = Math.max(...columns.map((column) => column.length));
  const blocks = rows.map((row, i) => {
    const lines = columns
      .map((column, j) => [column, row[j] ?? ''] as const)
      // In fifty columns, the empty ones are what hides the others.
      .filter(([, value]) => value !== '')
      .map(([column, value]) => `${column.padStart(pad)}  ${value}`);
    return [`── row ${i + 1}`, ...lines].join('\n');
  });
  return blocks.join('\n');
}

function cell(value: JsonValue): string {
  if (value === null) return '';
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
