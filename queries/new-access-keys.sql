-- title: Which access keys are new?
-- look at: keys made by one user for another, and from an address that user never had before.
SELECT eventtime, regexp_extract(useridentity.arn, '[^/]+$') AS made_by, sourceipaddress,
  json_extract_scalar(responseelements, '$.accessKey.userName') AS for_user,
  json_extract_scalar(responseelements, '$.accessKey.accessKeyId') AS access_key
FROM cloudtrail_logs
WHERE eventsource = 'iam.amazonaws.com' AND eventname = 'CreateAccessKey' AND errorcode IS NULL
ORDER BY eventtime
LIMIT 5
