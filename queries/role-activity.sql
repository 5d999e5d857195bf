-- title: What did the sessions of this role do?
-- task: triage of a role
-- answers: The calls of all sessions of a role, by service and name, with how many sessions made them and how many
--   failed.
-- look at: calls made by one session only, and changes that the role is not for. Session by session: `role-sessions`;
--   refusals: `role-denied`.
-- param: role string = deploy : the role's name, without its path
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, eventname, readonly, count(*) AS calls, count(errorcode) AS failed,
  count(DISTINCT useridentity.accesskeyid) AS sessions, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.sessioncontext.sessionissuer.username = :role
GROUP BY 1, 2, 3
ORDER BY calls DESC, eventsource, eventname, readonly
