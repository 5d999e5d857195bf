import type { JsonValue } from '../query-result.ts';
import {
  countIn,
  NEW_KINDS,
  textIn,
  timeIn,
  type Answer,
  type DeniedCallRow,
  type DeniedPrincipalRow,
  type NewKind,
  type NewOfKind,
  type PrincipalRow,
  type Series,
  type SeriesAnswer,
  type SignInRow,
  type Totals,
} from './report-figures.ts';

/** Figures out of the rows that the report's queries answer (report-sql.ts), by column. */
export type Rows = readonly Readonly<Record<string, JsonValue>>[];
type Cells = Rows[number];

export function readTotals(sql: string, [row = {}]: Rows): Totals {
  const [events, accounts, regions] = [
    countIn(row, 'events'),
    countIn(row, 'accounts'),
    countIn(row, 'regions'),
  ];
  const [principals, addresses] = [countIn(row, 'principals'), countIn(row, 'addresses')];
  const [denied, failed] = [countIn(row, 'denied'), countIn(row, 'failed')];
  const [changes, root] = [countIn(row, 'changes'), countIn(row, 'root')];
  return { sql, events, accounts, regions, principals, addresses, denied, failed, changes, root };
}

/** The rows of names, and the last one, which has none. */
function readRanked<Row>(
  sql: string,
  rows: Rows,
  nameColumn: string,
  read: (cells: Cells, name: string) => Row,
): Answer<Row> {
  const rest = rows.find((cells) => cells[nameColumn] === null);
  return {
    sql,
    rows: rows.filter((cells) => cells !== rest).map((cells) => read(cells, textIn(cells, nameColumn))),
    others: rest && read(rest, ''),
    names: rows.reduce((sum, cells) => sum + countIn(cells, 'names'), 0),
  };
}

export function readPrincipals(sql: string, rows: Rows): Answer<PrincipalRow> {
  return readRanked(sql, rows, 'principal', (cells, name) => ({
    name,
    kind: textIn(cells, 'kind'),
    events: countIn(cells, 'events'),
    denied: countIn(cells, 'denied'),
    changes: countIn(cells, 'changes'),
    services: countIn(cells, 'services'),
    addresses: countIn(cells, 'addresses'),
  }));
}

export function readDeniedByPrincipal(sql: string, rows: Rows): Answer<DeniedPrincipalRow> {
  return readRanked(sql, rows, 'principal', (cells, name) => ({
    name,
    denied: countIn(cells, 'denied'),
    calls: countIn(cells, 'calls'),
    addresses: countIn(cells, 'addresses'),
    first: timeIn(cells, 'first_denied'),
  }));
}

export function readDeniedByCall(sql: string, rows: Rows): Answer<DeniedCallRow> {
  return readRanked(sql, rows, 'api_call', (cells, name) => ({
    name,
    denied: countIn(cells, 'denied'),
    principals: countIn(cells, 'principals'),
  }));
}

export function readSignInsByUser(sql: string, rows: Rows): Answer<SignInRow> {
  return readRanked(sql, rows, 'who', (cells, name) => ({
    name,
    kind: textIn(cells, 'kind'),
    signIns: countIn(cells, 'sign_ins'),
    failed: countIn(cells, 'failed'),
    withoutMfa: countIn(cells, 'without_mfa'),
    addresses: countIn(cells, 'addresses'),
    last: timeIn(cells, 'last'),
  }));
}

/** Series with the most first, all others last. */
export function readSeries(sql: string, rows: Rows, by: 'account' | 'service'): SeriesAnswer {
  const denied: Record<string, number> = {};
  for (const cells of rows) add(denied, textIn(cells, 'bucket'), countIn(cells, 'denied'));
  const names = rows.reduce((most, cells) => Math.max(most, countIn(cells, 'last_place')), 0);
  return { sql, series: seriesOf(rows, by, 'events'), names, denied };
}

export function readSignIns(sql: string, rows: Rows): SeriesAnswer {
  const series = seriesOf(rows, 'outcome', 'sign_ins');
  return { sql, series, names: series.length, denied: {} };
}

function seriesOf(rows: Rows, nameColumn: string, countColumn: string): readonly Series[] {
  const groups = Map.groupBy(rows, (cells) => cells[nameColumn] ?? null);
  const all = [...groups].map(([name, some]): Series => {
    const counts: Record<string, number> = {};
    for (const cells of some) add(counts, textIn(cells, 'bucket'), countIn(cells, countColumn));
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    return { name: typeof name === 'string' ? name : undefined, counts, total };
  });
  const isRest = ({ name }: Series): number => Number(name === undefined);
  return all.toSorted(
    (a, b) => isRest(a) - isRest(b) || b.total - a.total || ((a.name ?? '') < (b.name ?? '') ? -1 : 1),
  );
}

export function readNewAccess(rows: Rows): readonly NewOfKind[] {
  return NEW_KINDS.map((kind) =>
    newOfKind(
      kind,
      rows.filter((cells) => cells['kind'] === kind),
    ),
  );
}

function newOfKind(kind: NewKind, rows: Rows): NewOfKind {
  const counts: Record<string, number> = {};
  for (const cells of rows) add(counts, textIn(cells, 'bucket'), countIn(cells, 'names'));
  const named = rows
    .filter((cells) => cells['name'] !== null)
    .map((cells) => ({
      name: textIn(cells, 'name'),
      first: timeIn(cells, 'first_seen'),
      events: countIn(cells, 'events'),
      denied: countIn(cells, 'denied'),
    }));
  return {
    kind,
    found: Object.values(counts).reduce((sum, n) => sum + n, 0),
    counts,
    rows: named.toSorted((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1)),
  };
}

/** Keys are times that an engine made of instants. */
function add(counts: Record<string, number>, bucket: string, n: number): void {
  counts[bucket] = (counts[bucket] ?? 0) + n;
}
