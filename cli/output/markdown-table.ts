import { printable } from './human.ts';

/** A table in Markdown, as GitHub and GitLab read it. Cells are Markdown already. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: ReadonlySet<string> = new Set(),
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map((name) => (numbers.has(name) ? '--:' : '---'))),
    ...rows.map((row) => line(row)),
  ].join('\n');
}

/** Text that an attacker may have chosen, as it is and without a meaning in Markdown. */
export function markdownCode(text: string): string {
  return `\`${printable(text).replaceAll('`', "'").replaceAll('|', '\u00a6')}\``;
}
