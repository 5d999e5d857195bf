-- title: Who used the root user?
-- look at: every line. Root is for a handful of tasks a year; each use should have a ticket.
SELECT eventtime, recipientaccountid AS account, eventname, eventsource, sourceipaddress, errorcode
FROM cloudtrail_logs
WHERE useridentity.type = 'Root'
  AND useridentity.invokedby IS NULL
  AND eventtype <> 'AwsServiceEvent'
ORDER BY eventtime DESC
LIMIT 5
