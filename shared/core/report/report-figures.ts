import type { JsonValue } from '../query-result.ts';
import type { RuleTally } from '../rules/backtest-tally.ts';
import type { Integrity } from './integrity.ts';

/** What a report says, before it is drawn: what `--json` prints. Times are ISO 8601, UTC. */
export interface ReportFigures {
  readonly made: string;
  /** The lake's folder or workgroup, and the options of `trailseal query` that name it. */
  readonly lake: { readonly name: string; readonly options: readonly string[] };
  readonly period: { readonly from: string; readonly to: string; readonly baselineFrom: string };
  readonly totals: Totals;
  readonly byAccount: SeriesAnswer;
  readonly byService: SeriesAnswer;
  readonly principals: Answer<PrincipalRow>;
  readonly deniedByPrincipal: Answer<DeniedPrincipalRow>;
  readonly deniedByCall: Answer<DeniedCallRow>;
  readonly signIns: SeriesAnswer;
  readonly signInsByUser: Answer<SignInRow>;
  readonly newAccess: NewAccess;
  /** Undefined if no rules were run. */
  readonly rules: RulesFigures | undefined;
  readonly integrity: Integrity;
}

/** A query that ran, and what it answered. */
export interface Asked {
  readonly sql: string;
}

export interface Totals extends Asked {
  readonly events: number;
  readonly accounts: number;
  readonly regions: number;
  readonly principals: number;
  readonly addresses: number;
  readonly denied: number;
  readonly failed: number;
  readonly changes: number;
  readonly root: number;
}

/** Rows by name, the first so many; `others` stands for the rest, of which there are `names - rows.length`. */
export interface Answer<Row> extends Asked {
  readonly rows: readonly Row[];
  readonly others: Row | undefined;
  readonly names: number;
}

/** Counts over time. */
export interface Series {
  /** Undefined for all others together. */
  readonly name: string | undefined;
  /** By bucket (report-period.ts); a bucket without any is absent. */
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
}

export interface SeriesAnswer extends Asked {
  readonly series: readonly Series[];
  /** How many names there are, those in `others` included. */
  readonly names: number;
  /** Of all of them, by bucket. */
  readonly denied: Readonly<Record<string, number>>;
}

export interface PrincipalRow {
  readonly name: string;
  readonly kind: string;
  readonly events: number;
  readonly denied: number;
  readonly changes: number;
  readonly services: number;
  readonly addresses: number;
}

export interface DeniedPrincipalRow {
  readonly name: string;
  readonly denied: number;
  /** Different ones. */
  readonly calls: number;
  readonly addresses: number;
  readonly first: string;
}

export interface DeniedCallRow {
  readonly name: string;
  readonly denied: number;
  readonly principals: number;
}

export interface SignInRow {
  readonly name: string;
  readonly kind: string;
  readonly signIns: number;
  readonly failed: number;
  readonly withoutMfa: number;
  readonly addresses: number;
  readonly last: string;
}

export const NEW_KINDS = ['principal', 'address', 'access key', 'region'] as const;
export type NewKind = (typeof NEW_KINDS)[number];

export interface NewAccess extends Asked {
  /** Without any, nothing can be told to be new, and the query isn't asked. */
  readonly baseline: Asked & { readonly events: number; readonly days: number };
  readonly kinds: readonly NewOfKind[];
}

export interface NewOfKind {
  readonly kind: NewKind;
  readonly found: number;
  /** How many came up when, by bucket. */
  readonly counts: Readonly<Record<string, number>>;
  /** Those with the most events. */
  readonly rows: readonly NewRow[];
}

export interface NewRow {
  readonly name: string;
  readonly first: string;
  readonly events: number;
  readonly denied: number;
}

export interface RulesFigures {
  readonly events: number;
  readonly undecided: number;
  readonly rules: readonly RuleTally[];
  /** How many events each rule selected when: by rule, then bucket. */
  readonly over: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Those that ran: the first asks for the days, and the others for the events of one each. */
  readonly sql: readonly string[];
}

type Cells = Readonly<Record<string, JsonValue>>;

/** A count, which engines give as a number or, beyond 2^53, as text; none at all counts nothing. */
export function countIn(cells: Cells, column: string): number {
  return Number(cells[column] ?? 0);
}

/** Text; of what an engine gives otherwise, none. */
export function textIn(cells: Cells, column: string): string {
  const value = cells[column];
  return typeof value === 'string' ? value : '';
}

/** `2026-11-21 10:00:00` of a column as ISO 8601. */
export function timeIn(cells: Cells, column: string): string {
  const text = textIn(cells, column);
  return text === '' ? '' : `${text.replace(' ', 'T')}Z`;
}
