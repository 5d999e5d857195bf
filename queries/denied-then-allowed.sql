-- title: What was refused first and allowed later?
-- task: privilege escalation
-- answers: Calls that a principal was refused and that worked later within the days: by principal, service and call.
-- look at: what was changed between the two: `policies-granted`. A waiting deployment looks alike, an intruder who
--   found a way too.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
WITH tries AS (
  SELECT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn) AS who, eventsource, eventname,
    min(CASE WHEN errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation' THEN eventtime END) AS denied,
    max(CASE WHEN errorcode IS NULL THEN eventtime END) AS allowed,
    max(CASE WHEN readonly = 'false' THEN 1 ELSE 0 END) AS changes
  FROM cloudtrail_logs
  WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
    AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
    AND coalesce(eventcategory, 'Management') = 'Management'
  GROUP BY 1, 2, 3
)
SELECT who, eventsource, eventname, denied AS first_denied, allowed AS last_allowed
FROM tries
WHERE allowed > denied AND changes = 1
ORDER BY first_denied, who, eventsource, eventname
LIMIT 1000
