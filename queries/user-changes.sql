-- title: What did this user change?
-- task: triage of a user or an address
-- answers: Every call of a user, or of sessions with that name, that changes something, in order, with its
--   parameters.
-- look at: changes to users, keys, policies and trails. Who else changed the same thing: `resource-changes`.
-- param: who string = hugo.martin@example.com : a user name, a session name (often an e-mail address) or a whole ARN
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, eventsource, eventname, errorcode, sourceipaddress, awsregion AS region, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND (
    useridentity.username = :who
    OR useridentity.arn = :who
    OR regexp_extract(useridentity.arn, '[^/]+$') = :who
  )
  AND readonly = 'false'
ORDER BY eventtime, eventsource, eventname
LIMIT 1000
