import { DELIVERIES, onceEach } from './events-view.ts';

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
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** The columns of a lookup's short form. */
const SHORT = `
  strftime(event_ts, '%Y-%m-%d %H:%M:%S') AS time,
  coalesce(useridentity.username, regexp_extract(useridentity.arn, '[^/]+$'),
    useridentity.invokedby, useridentity.principalid, useridentity.type) AS "user",
  eventname AS event, eventsource AS source, awsregion AS region, sourceipaddress AS "from", coalesce(errorcode, errormessage) AS error, eventid`;

/**
 * The query for a lookup, newest first, in DuckDB's SQL. Every value is a bound parameter. Deliveries are filtered before they are
 * counted once: copies of one event are byte for byte the same, so a filter takes all of them or none.
 */
export function lookupQuery(filter: LookupFilter, limit: number, form: 'short' | 'full'): LookupQuery {
  const conditions: string[] = [];
  const parameters: Record<string, string | number> = { limit };
  const where = (name: string, value: string | undefined, condition: string): void => {
    if (value === undefined) return;
    parameters[name] = value;
    conditions.push(condition);
  };
  where('user', filter.user, USER);
  where('event_name', filter.eventName, 'eventname = $event_name');
  where('event_source', filter.eventSource && fullSource(filter.eventSource), 'eventsource = $event_source');
  where('access_key', filter.accessKey, 'useridentity.accesskeyid = $access_key');
  where('resource', filter.resource, RESOURCE);
  where('event_id', filter.eventId, 'eventid = $event_id');
  // A failed console sign-in has a message and no code.
  if (filter.error === true) conditions.push('errorcode IS NOT NULL OR errormessage IS NOT NULL');
  else where('error', filter.error, 'errorcode = $error');
  where('read_only', filter.readOnly?.toString(), 'readonly = $read_only');
  where('source_ip', filter.sourceIp, 'sourceipaddress = $source_ip');
  where('account', filter.account, 'account = $account');
  where('region', filter.region, 'region = $region');
  // The day as well as the instant: the day prunes whole folders.
  where(
    'from',
    filter.from?.toISOString(),
    `event_ts >= CAST($from AS TIMESTAMPTZ) AND ${DAY} >= left($from, 10)`,
  );
  where('to', filter.to?.toISOString(), `event_ts < CAST($to AS TIMESTAMPTZ) AND ${DAY} <= left($to, 10)`);

  const chosen = conditions.map((condition) => `(${condition})`).join(' AND ') || 'true';
  const sql = [
    `SELECT ${form === 'short' ? SHORT : '*'}`,
    `FROM (${onceEach(`(SELECT * FROM ${DELIVERIES} WHERE ${chosen})`)})`,
    `ORDER BY event_ts DESC, logfile DESC, recordindex DESC LIMIT $limit`,
  ].join('\n');
  return { sql, parameters };
}

const DAY = `(year || '-' || month || '-' || day)`;

const USER = [
  'useridentity.username = $user',
  'useridentity.arn = $user',
  'useridentity.principalid = $user',
  `ends_with(useridentity.arn, '/' || $user)`,
  `ends_with(useridentity.principalid, ':' || $user)`,
  'useridentity.sessioncontext.sessionissuer.username = $user',
  'useridentity.sessioncontext.sessionissuer.arn = $user',
  'useridentity.invokedby = $user',
  `(useridentity.type = 'Root' AND lower($user) = 'root')`,
].join(' OR ');

/** Names end ARNs behind a slash or a colon; `contains` finds the quoted value without reading it as a pattern. */
const RESOURCE = [
  `len(list_filter(resources, r -> r.arn = $resource OR ends_with(r.arn, '/' || $resource) OR ends_with(r.arn, ':' || $resource))) > 0`,
  `contains(requestparameters, '"' || $resource || '"')`,
].join(' OR ');

function fullSource(source: string): string {
  return source.includes('.') ? source : `${source}.amazonaws.com`;
}
