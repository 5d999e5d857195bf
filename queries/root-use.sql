-- title: Who used the root user?
-- task: sign-ins
-- answers: Calls and sign-ins of root users, newest first; what services do for an account is left out.
-- look at: every line. Root is for a handful of tasks a year; each use should have a ticket. How root came in:
--   `sign-ins`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, eventname, eventsource, sourceipaddress, errorcode
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.type = 'Root'
  AND useridentity.invokedby IS NULL
  AND eventtype <> 'AwsServiceEvent'
ORDER BY eventtime DESC, eventname
LIMIT 1000
