-- title: Who made, changed or deleted this access key?
-- task: triage of a key
-- answers: The IAM events that name the access key: its creation, whether it was switched off or on, its deletion.
-- look at: a key made by one user for another: ask `user-activity` about the maker, and `access-key-addresses` about
--   the key.
-- param: access_key string = AKIAGVWC4W3JFEXAMPLE : the access key id
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, eventname, coalesce(useridentity.arn, useridentity.principalid) AS who, sourceipaddress, errorcode,
  coalesce(
    json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(responseelements, '$.accessKey.userName')
  ) AS for_user,
  json_extract_scalar(requestparameters, '$.status') AS status
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname IN ('CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey')
  AND (
    json_extract_scalar(responseelements, '$.accessKey.accessKeyId') = :access_key
    OR json_extract_scalar(requestparameters, '$.accessKeyId') = :access_key
  )
ORDER BY eventtime, eventname
