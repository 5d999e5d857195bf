-- title: What did this user do?
-- task: triage of a user or an address
-- answers: The calls of an IAM user, or of all sessions with that name, by service and name.
-- look at: services the user never uses, and how many calls failed. Only what changed: `user-changes`; how the user
--   came in: `sign-ins`.
-- param: who string = ana.silva : a user name, a session name (often an e-mail address) or a whole ARN
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, eventname, count(*) AS calls, count(errorcode) AS failed,
  count(DISTINCT sourceipaddress) AS addresses, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND (
    useridentity.username = :who
    OR useridentity.arn = :who
    OR regexp_extract(useridentity.arn, '[^/]+$') = :who
  )
GROUP BY 1, 2
ORDER BY calls DESC, eventsource, eventname
