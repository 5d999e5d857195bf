-- title: Which users and passwords are new?
-- task: persistence
-- answers: Users that were made, and passwords that were set or changed, by whom and for whom.
-- look at: passwords set for somebody else, and users whose names look like a service's. What a new user did:
--   `user-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventname,
  json_extract_scalar(requestparameters, '$.userName') AS for_user, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname IN ('CreateUser', 'CreateLoginProfile', 'UpdateLoginProfile', 'ChangePassword', 'UpdateUser')
ORDER BY eventtime, eventname, for_user
LIMIT 1000
