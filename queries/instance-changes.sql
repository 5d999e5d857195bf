-- title: Who started, stopped or changed this instance?
-- task: triage of an instance
-- answers: Every call that changes something and names the instance in its request or its response.
-- look at: user data, instance profiles and security groups that change, most of all between a stop and a start. Who
--   can get in: `instance-access`.
-- param: instance string = i-06c441e0cd4307eac : the EC2 instance id
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventname, errorcode, sourceipaddress,
  requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'ec2.amazonaws.com'
  AND readonly = 'false'
  AND (
    strpos(requestparameters, '"' || :instance || '"') > 0
    OR strpos(responseelements, '"instanceId":"' || :instance || '"') > 0
  )
ORDER BY eventtime, eventname
LIMIT 1000
