import { COLUMNS, PARTITION_COLUMNS, type Column } from './columns.ts';
import type { EventsWhere } from './events-view.ts';
import { sqlString, sqlTimestamp } from './sql-text.ts';

/** Event history: which events to find. All conditions must hold. */
export interface LookupFilter {
  /** A user or role as people name it: user name, session name, whole ARN, principal id, or the role that was assumed. */
  readonly user?: string;
  readonly eventName?: string;
  /** `s3` stands for `s3.amazonaws.com`. */
  readonly eventSource?: string;
  readonly accessKey?: string;
  /** An ARN, the name at the end of one, or a value in the request parameters. */
  readonly resource?: string;
  readonly eventId?: string;
  /** An error code; `true` is any failure, with a code or only a message. */
  readonly error?: string | true;
  readonly readOnly?: boolean;
  readonly sourceIp?: string;
  readonly account?: string;
  readonly region?: string;
  /** Instants, from inclusive, to exclusive. */
  readonly from?: Date;
  readonly to?: Date;
}

export interface LookupQuery {
  readonly sql: string;
  /** Columns of the result whose values are JSON text, because engines print structures differently. */
  readonly jsonColumns: readonly string[];
}

/**
 * The query for a lookup, newest first, in Athena's SQL: one definition for the laptop, where the dialect is translated, and for
 * Athena. `eventsWhere` is the engine's way to show events once. Throws `RangeError` for a limit that is no whole number.
 */
export function lookupQuery(
  filter: LookupFilter,
  limit: number,
  form: 'short' | 'full',
  eventsWhere: EventsWhere,
): LookupQuery {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`${limit} is no number of events`);
  const chosen = conditionsOf(filter).map((condition) => `(${condition})`);
  const sql = [
    `SELECT ${form === 'short' ? SHORT : FULL}`,
    `FROM (${eventsWhere(chosen.join(' AND ') || 'true')}) AS found`,
    `ORDER BY event_ts DESC, logfile DESC, recordindex DESC LIMIT ${limit}`,
  ].join('\n');
  return { sql, jsonColumns: form === 'short' ? [] : STRUCTURES };
}

function conditionsOf(filter: LookupFilter): string[] {
  const conditions: string[] = [];
  const where = (value: string | undefined, condition: (literal: string) => string): void => {
    if (value !== undefined) conditions.push(condition(sqlString(value)));
  };
  const isEqual = (column: string) => (literal: string) => `${column} = ${literal}`;
  where(filter.user, isUser);
  where(filter.eventName, isEqual('eventname'));
  where(filter.eventSource && fullSource(filter.eventSource), isEqual('eventsource'));
  where(filter.accessKey, isEqual('useridentity.accesskeyid'));
  where(filter.resource, namesResource);
  where(filter.eventId, isEqual('eventid'));
  // A failed console sign-in has a message and no code.
  if (filter.error === true) conditions.push('errorcode IS NOT NULL OR errormessage IS NOT NULL');
  else where(filter.error, isEqual('errorcode'));
  where(filter.readOnly?.toString(), isEqual('readonly'));
  where(filter.sourceIp, isEqual('sourceipaddress'));
  where(filter.account, isEqual('account'));
  where(filter.region, isEqual('region'));
  conditions.push(...timeConditions(filter));
  return conditions;
}

/**
 * The day as well as the instant, for the day prunes whole folders; and plain comparisons of partition columns, which Athena passes on
 * to the catalogue, or it would list every partition there is before it chose.
 */
export function timeConditions({
  from,
  to,
}: {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}): string[] {
  const conditions: string[] = [];
  const bound = (instant: Date, comparison: '>=' | '<='): void => {
    const day = instant.toISOString().slice(0, 10);
    conditions.push(
      `event_ts ${comparison === '<=' ? '<' : comparison} ${sqlTimestamp(instant)}`,
      `${DAY} ${comparison} ${sqlString(day)}`,
      `year ${comparison} ${sqlString(day.slice(0, 4))}`,
    );
  };
  if (from !== undefined) bound(from, '>=');
  if (to !== undefined) bound(to, '<=');
  const month = from?.toISOString().slice(0, 7);
  if (month !== undefined && month === to?.toISOString().slice(0, 7))
    conditions.push(`month = ${sqlString(month.slice(5))}`);
  return conditions;
}

/** `2026-11-21`, of the partition columns. */
export const DAY = `(year || '-' || month || '-' || day)`;

function isUser(user: string): string {
  return [
    `useridentity.username = ${user}`,
    `useridentity.arn = ${user}`,
    `useridentity.principalid = ${user}`,
    endsWith('useridentity.arn', `('/' || ${user})`),
    endsWith('useridentity.principalid', `(':' || ${user})`),
    `useridentity.sessioncontext.sessionissuer.username = ${user}`,
    `useridentity.sessioncontext.sessionissuer.arn = ${user}`,
    `useridentity.invokedby = ${user}`,
    `(useridentity.type = 'Root' AND lower(${user}) = 'root')`,
  ].join(' OR ');
}

/** Names end ARNs behind a slash or a colon; `strpos` finds the quoted value without reading it as a pattern. */
function namesResource(name: string): string {
  const [slash, colon] = [endsWith('r.arn', `('/' || ${name})`), endsWith('r.arn', `(':' || ${name})`)];
  return [
    `any_match(resources, r -> r.arn = ${name} OR ${slash} OR ${colon})`,
    `strpos(requestparameters, '"' || ${name} || '"') > 0`,
  ].join(' OR ');
}

/** Trino has no ends_with. `ending` is not empty. */
function endsWith(text: string, ending: string): string {
  return `substr(${text}, -length(${ending})) = ${ending}`;
}

function fullSource(source: string): string {
  return source.includes('.') ? source : `${source}.amazonaws.com`;
}

/** `2026-11-21 10:00:00`, whatever follows in the engine's text of a timestamp. */
const SECONDS = 'substr(CAST(event_ts AS VARCHAR), 1, 19)';

/** The columns of a lookup's short form. */
const SHORT = `
  ${SECONDS} AS time,
  coalesce(useridentity.username, nullif(regexp_extract(useridentity.arn, '[^/]+$'), ''),
    useridentity.invokedby, useridentity.principalid, useridentity.type) AS "user",
  eventname AS event, eventsource AS source, awsregion AS region, sourceipaddress AS "from", coalesce(errorcode, errormessage) AS error, eventid`;

/** `2026-11-21T10:00:00.000Z`. DuckDB's `millisecond` counts the seconds too. */
const INSTANT = `substr(CAST(event_ts AS VARCHAR), 1, 10) || 'T' || substr(CAST(event_ts AS VARCHAR), 12, 8) || '.'
  || lpad(CAST(millisecond(event_ts) % 1000 AS VARCHAR), 3, '0') || 'Z'`;

/** Every column, in forms that all engines print alike. */
const FULL = [...COLUMNS.map(portable), ...PARTITION_COLUMNS].join(', ');

const STRUCTURES = COLUMNS.filter(({ type }) => typeof type === 'object').map(({ name }) => name);

function portable({ name, type }: Column): string {
  if (typeof type === 'object') return `CAST(${name} AS JSON) AS ${name}`;
  if (type === 'timestamp') return `${INSTANT} AS ${name}`;
  return type === 'binary' ? `lower(to_hex(${name})) AS ${name}` : name;
}
