-- title: CIS 4.3: what did the root user do?
-- task: CIS evidence
-- answers: Every call and sign-in by an account's root user, failed ones included; what services do for the account
--   is left out.
-- look at: each line should have a ticket. `root-use` is the same to look at quickly; `sign-ins` shows where from.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region, eventsource, eventname,
  coalesce(errorcode, errormessage) AS error, sourceipaddress, useragent
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.type = 'Root'
  AND useridentity.invokedby IS NULL
  AND coalesce(eventtype, '') <> 'AwsServiceEvent'
ORDER BY eventtime, eventname
