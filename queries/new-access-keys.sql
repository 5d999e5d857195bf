-- title: Which access keys are new?
-- task: persistence
-- answers: Access keys that were made, by whom, for whom and from where.
-- look at: keys made by one user for another, and from an address that user never had before. What a key did:
--   `access-key-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, regexp_extract(useridentity.arn, '[^/]+$') AS made_by, sourceipaddress,
  json_extract_scalar(responseelements, '$.accessKey.userName') AS for_user,
  json_extract_scalar(responseelements, '$.accessKey.accessKeyId') AS access_key
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname = 'CreateAccessKey'
  AND errorcode IS NULL
ORDER BY eventtime, access_key
LIMIT 1000
