import type { Entry } from './catalogue.ts';
import { ABOUT, LEFT_OUT } from './page-text.ts';
import { SOURCES, type Source } from './sources.ts';
import { REASONS, type Verdict } from './verdict.ts';

export const PAGE = new URL('../../../docs/published-queries.md', import.meta.url);

/** docs/published-queries.md, of what was recorded. */
export function pageOf(entries: readonly Entry[]): string {
  const sections = [
    ABOUT,
    summary(entries),
    reasons(entries),
    ...SOURCES.map((source) => section(source, entries)),
    LEFT_OUT,
  ];
  return `${sections.join('\n\n')}\n`;
}

function summary(entries: readonly Entry[]): string {
  const rows = SOURCES.map(({ title, folder }) => [title].concat(counts(of(folder, entries))));
  return table([['', 'queries', 'run on DuckDB', 'run on Trino'], ...rows, ['all', ...counts(entries)]]);
}

function counts(entries: readonly Entry[]): string[] {
  const run = (of: (entry: Entry) => Verdict | undefined) =>
    entries.filter((entry) => runs(of(entry))).length;
  return [entries.length, run(({ duckdb }) => duckdb), run(({ trino }) => trino)].map(String);
}

function reasons(entries: readonly Entry[]): string {
  const counted = Object.entries(REASONS).map(([name, why]) => {
    const refused = (verdict: Verdict | undefined) =>
      verdict !== undefined && 'reason' in verdict && verdict.reason === name;
    const [duckdb, trino] = [
      entries.filter((e) => refused(e.duckdb)),
      entries.filter((e) => refused(e.trino)),
    ];
    return [`\`${name}\``, why, String(duckdb.length), String(trino.length)];
  });
  return `## Why a query doesn’t run\n\n${table([['', 'the query', 'DuckDB', 'Trino'], ...counted])}`;
}

function section({ title, folder, licence, tables }: Source, entries: readonly Entry[]): string {
  const rows = of(folder, entries).map((entry) => [
    `${entry.file}, ${String(entry.position)}`,
    said(entry.duckdb),
    said(entry.trino),
  ]);
  const over = tables.map((name) => `\`${name}\``).join(', else ');
  const where = `\`${folder}\`; ${licence}. Over ${over}.`;
  return `## ${title}\n\n${where}\n\n${table([['file, query', 'DuckDB', 'Trino'], ...rows])}`;
}

function said(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'not tried';
  if ('reason' in verdict) return `no: \`${verdict.reason}\``;
  return verdict.runsOver === 'cloudtrail_lake_text' ? 'runs over `cloudtrail_lake_text`' : 'runs';
}

function runs(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && 'runsOver' in verdict;
}

function of(folder: string, entries: readonly Entry[]): Entry[] {
  return entries.filter(({ source }) => source === folder);
}

/** As Prettier sets it. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((name, at) => Math.max(3, name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
