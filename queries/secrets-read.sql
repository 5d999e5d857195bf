-- title: Who read secrets?
-- task: exfiltration
-- answers: Secrets and encrypted parameters that were read, by principal, with how many different ones.
-- look at: people, and principals that read many different ones. Everything one did: `role-activity` or
--   `user-activity`.
-- param: at_least integer = 1 : leave out who read fewer different ones
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT who, eventname, reads, different, failed, first, last
FROM (
  SELECT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.principalid) AS who, eventname,
    count(*) AS reads, count(errorcode) AS failed,
    count(DISTINCT coalesce(
      json_extract_scalar(requestparameters, '$.secretId'), json_extract_scalar(requestparameters, '$.name'),
      json_extract_scalar(requestparameters, '$.path'), requestparameters
    )) AS different,
    min(eventtime) AS first, max(eventtime) AS last
  FROM cloudtrail_logs
  WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
    AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
    AND (
      eventsource = 'secretsmanager.amazonaws.com' AND eventname IN ('GetSecretValue', 'BatchGetSecretValue')
      OR eventsource = 'ssm.amazonaws.com' AND eventname IN ('GetParameter', 'GetParameters', 'GetParametersByPath')
        AND json_extract_scalar(requestparameters, '$.withDecryption') = 'true'
    )
  GROUP BY 1, 2
) AS secrets
WHERE different >= :at_least
ORDER BY different DESC, reads DESC, who, eventname
LIMIT 1000
