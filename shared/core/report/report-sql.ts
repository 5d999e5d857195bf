import { sqlTimestamp } from '../sql-text.ts';
import { between, bucketSql, unitOf, type ReportPeriod } from './report-period.ts';

/**
 * The report's questions, in Trino's SQL over `cloudtrail_logs`: the same text runs on the laptop and in Athena. Each is one pass over a few columns,
 * bound to the period, and answers in as many rows as a chart has marks: the first so many names, and the rest in one row (with NULL for a name).
 */

/** Who acts: the role rather than its sessions, or each session would be somebody new. */
const PRINCIPAL = `coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.invokedby,
    useridentity.username, useridentity.principalid, useridentity.type, 'unknown')`;

const DENIED = `coalesce(errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation', false)`;

/** As CIS 1.7 has it: the root user itself, not AWS on its behalf. */
const ROOT = `(useridentity.type = 'Root' AND useridentity.invokedby IS NULL AND eventtype <> 'AwsServiceEvent')`;

/** How many names a list or chart shows. */
export const SHOWN = { series: 6, principals: 12, denied: 10, signIns: 12, new: 8 } as const;

export function totalsSql({ from, to }: ReportPeriod): string {
  return `SELECT count(*) AS events, count(DISTINCT account) AS accounts, count(DISTINCT region) AS regions,
  count(DISTINCT ${PRINCIPAL}) AS principals, count(DISTINCT sourceipaddress) AS addresses,
  count_if(${DENIED}) AS denied,
  count_if(errorcode IS NOT NULL OR errormessage IS NOT NULL) AS failed,
  count_if(readonly = 'false') AS changes,
  count_if(${ROOT}) AS root
FROM cloudtrail_logs
WHERE ${between(from, to)}`;
}

/** Events over time of the accounts, or services, with the most. */
export function seriesSql(by: 'account' | 'service', period: ReportPeriod): string {
  const name = by === 'account' ? 'account' : `coalesce(eventsource, 'unknown')`;
  return `SELECT bucket, CASE WHEN place <= ${SHOWN.series} THEN name END AS ${by}, sum(events) AS events, sum(denied) AS denied,
  max(place) AS last_place
FROM (
  SELECT bucket, name, events, denied, dense_rank() OVER (ORDER BY total DESC, name) AS place
  FROM (
    SELECT bucket, name, events, denied, sum(events) OVER (PARTITION BY name) AS total
    FROM (
      SELECT ${bucketSql(unitOf(period), 'event_ts')} AS bucket, ${name} AS name, count(*) AS events,
        count_if(${DENIED}) AS denied
      FROM cloudtrail_logs
      WHERE ${between(period.from, period.to)}
      GROUP BY 1, 2
    ) AS counted
  ) AS totalled
) AS ranked
GROUP BY 1, 2
ORDER BY 1, 2`;
}

export function principalsSql({ from, to }: ReportPeriod): string {
  const inner = `SELECT ${PRINCIPAL} AS name, max(useridentity.type) AS kind, count(*) AS events, count_if(${DENIED}) AS denied,
    count_if(readonly = 'false') AS changes, count(DISTINCT eventsource) AS services, count(DISTINCT sourceipaddress) AS addresses
  FROM cloudtrail_logs
  WHERE ${between(from, to)}
  GROUP BY 1`;
  const columns = `CASE WHEN count(*) = 1 THEN max(kind) END AS kind, sum(events) AS events, sum(denied) AS denied, sum(changes) AS changes,
  max(services) AS services, max(addresses) AS addresses`;
  return ranked(inner, 'principal', SHOWN.principals, 'events DESC', columns);
}

/** Whose calls were refused: many different ones is how trying out a credential looks, many of one is software that lacks a permission. */
export function deniedByPrincipalSql({ from, to }: ReportPeriod): string {
  const inner = `SELECT ${PRINCIPAL} AS name, count(*) AS denied, count(DISTINCT eventsource || ':' || eventname) AS calls,
    count(DISTINCT sourceipaddress) AS addresses, substr(CAST(min(event_ts) AS VARCHAR), 1, 19) AS first_denied
  FROM cloudtrail_logs
  WHERE ${DENIED}
  AND ${between(from, to)}
  GROUP BY 1`;
  const columns = `sum(denied) AS denied, max(calls) AS calls, max(addresses) AS addresses, min(first_denied) AS first_denied`;
  return ranked(inner, 'principal', SHOWN.denied, 'calls DESC, denied DESC', columns);
}

export function deniedByCallSql({ from, to }: ReportPeriod): string {
  const inner = `SELECT coalesce(eventsource, 'unknown') || ' ' || coalesce(eventname, 'unknown') AS name, count(*) AS denied,
    count(DISTINCT ${PRINCIPAL}) AS principals
  FROM cloudtrail_logs
  WHERE ${DENIED}
  AND ${between(from, to)}
  GROUP BY 1`;
  return ranked(
    inner,
    'api_call',
    SHOWN.denied,
    'denied DESC',
    'sum(denied) AS denied, max(principals) AS principals',
  );
}

/** Federated users bring their MFA with them, and CloudTrail can't see it. */
const SIGN_IN = `CASE WHEN json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure' THEN 'failed'
      WHEN coalesce(json_extract_scalar(responseelements, '$.ConsoleLogin'), '') <> 'Success' THEN 'unknown'
      WHEN useridentity.type NOT IN ('IAMUser', 'Root') THEN 'federated'
      WHEN json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'Yes' THEN 'with MFA' ELSE 'without MFA' END`;

export function signInsSql(period: ReportPeriod): string {
  return `SELECT bucket, outcome, count(*) AS sign_ins
FROM (
  SELECT ${bucketSql(unitOf(period), 'event_ts')} AS bucket,
    ${SIGN_IN} AS outcome
  FROM cloudtrail_logs
  WHERE eventname = 'ConsoleLogin' AND eventsource = 'signin.amazonaws.com'
  AND ${between(period.from, period.to)}
) AS sign_ins
GROUP BY 1, 2
ORDER BY 1, 2`;
}

export function signInsByUserSql({ from, to }: ReportPeriod): string {
  const inner = `SELECT name, max(kind) AS kind, count(*) AS sign_ins, count_if(outcome = 'failed') AS failed,
    count_if(outcome = 'without MFA') AS without_mfa, count(DISTINCT address) AS addresses, max(last) AS last
  FROM (
    SELECT coalesce(useridentity.arn, useridentity.username, useridentity.principalid, useridentity.type, 'unknown') AS name,
      useridentity.type AS kind, sourceipaddress AS address, substr(CAST(event_ts AS VARCHAR), 1, 19) AS last,
      ${SIGN_IN} AS outcome
    FROM cloudtrail_logs
    WHERE eventname = 'ConsoleLogin' AND eventsource = 'signin.amazonaws.com'
  AND ${between(from, to)}
  ) AS each_one
  GROUP BY 1`;
  const columns = `CASE WHEN count(*) = 1 THEN max(kind) END AS kind, sum(sign_ins) AS sign_ins, sum(failed) AS failed,
  sum(without_mfa) AS without_mfa, max(addresses) AS addresses, max(last) AS last`;
  return ranked(inner, 'who', SHOWN.signIns, 'failed DESC, without_mfa DESC, sign_ins DESC', columns);
}

/** What there is to tell new access from: events of the time before the period. */
export function baselineSql({ from, baselineFrom }: ReportPeriod): string {
  return `SELECT count(*) AS events, count(DISTINCT year || '-' || month || '-' || day) AS days
FROM cloudtrail_logs
WHERE ${between(baselineFrom, from)}`;
}

/**
 * Principals (services aside), addresses, long-lived access keys and regions that come up in the period and not before it: those with the most events
 * by name, and of the others how many came up when. One pass for all four.
 */
export function newAccessSql({ from, to, baselineFrom }: ReportPeriod): string {
  const unit = unitOf({ from, to });
  return `SELECT kind, CASE WHEN place <= ${SHOWN.new} THEN name END AS name, ${bucketSql(unit, 'first_seen')} AS bucket,
  min(first_seen) AS first_seen, sum(events) AS events, sum(denied) AS denied, count(*) AS names
FROM (
  SELECT kind, name, first_seen, events, denied,
    row_number() OVER (PARTITION BY kind ORDER BY events DESC, name) AS place
  FROM (
    SELECT CASE grouping(principal, address, access_key, region)
        WHEN 7 THEN 'principal' WHEN 11 THEN 'address' WHEN 13 THEN 'access key' ELSE 'region' END AS kind,
      coalesce(principal, address, access_key, region) AS name,
      substr(CAST(min(event_ts) AS VARCHAR), 1, 19) AS first_seen, count(*) AS events, count_if(is_denied) AS denied
    FROM (
      SELECT event_ts, region, ${DENIED} AS is_denied,
        CASE WHEN coalesce(useridentity.type, '') <> 'AWSService' THEN ${PRINCIPAL} END AS principal,
        CASE WHEN regexp_like(sourceipaddress, '^[0-9a-fA-F.:]+$') THEN sourceipaddress END AS address,
        CASE WHEN useridentity.accesskeyid LIKE 'AKIA%' THEN useridentity.accesskeyid END AS access_key
      FROM cloudtrail_logs
      WHERE ${between(baselineFrom, to)}
    ) AS seen
    GROUP BY GROUPING SETS ((principal), (address), (access_key), (region))
    HAVING min(event_ts) >= ${sqlTimestamp(from)}
  ) AS found
  WHERE name IS NOT NULL
) AS ranked
GROUP BY 1, 2, 3
ORDER BY 1, 3, 2`;
}

/** The first so many rows of `inner` by `order`, then one of all others; `columns` of each, and how many names it stands for. */
function ranked(inner: string, name: string, most: number, order: string, columns: string): string {
  return `SELECT CASE WHEN place <= ${most} THEN name END AS ${name}, ${columns},
  count(*) AS names, min(place) AS first_place
FROM (
  SELECT *, row_number() OVER (ORDER BY ${order}, name) AS place
  FROM (
  ${inner}
  ) AS counted
) AS ranked
GROUP BY 1
ORDER BY first_place`;
}
