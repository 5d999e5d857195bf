-- title: From where were the credentials of this role used?
-- task: triage of a role
-- answers: The addresses that sessions of a role called from, with their number of sessions and calls.
-- look at: addresses outside our own networks: credentials of a role that run away are used elsewhere. Then
--   `address-activity`.
-- param: role string = deploy : the role's name, without its path
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT sourceipaddress, count(DISTINCT useridentity.accesskeyid) AS sessions, count(*) AS calls,
  count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.sessioncontext.sessionissuer.username = :role
GROUP BY 1
ORDER BY first, sourceipaddress
LIMIT 1000
