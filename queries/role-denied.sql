-- title: What was this role refused?
-- task: triage of a role
-- answers: The calls that a role was not allowed to make, with how often and by how many sessions.
-- look at: one call again and again is a missing permission; many different ones are somebody trying. Whether one
--   worked later: `denied-then-allowed`.
-- param: role string = deploy : the role's name, without its path
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, eventname, errorcode, count(*) AS denied, count(DISTINCT useridentity.accesskeyid) AS sessions,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.sessioncontext.sessionissuer.username = :role
  AND (errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation')
GROUP BY 1, 2, 3
ORDER BY denied DESC, eventsource, eventname, errorcode
