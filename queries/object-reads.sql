-- title: Who read most from S3?
-- task: exfiltration
-- answers: Objects and megabytes read, by principal and bucket, where a trail records S3 data events.
-- look at: people and keys among the applications, and a principal that never read this bucket. Then `bucket-readers`
--   or `objects-read-by-key`.
-- param: at_least integer = 20 : leave out who read fewer objects
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT who, bucket, objects, different, megabytes, first, last
FROM (
  SELECT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.principalid) AS who,
    json_extract_scalar(requestparameters, '$.bucketName') AS bucket, count(*) AS objects,
    count(DISTINCT json_extract_scalar(requestparameters, '$.key')) AS different,
    sum(CAST(json_extract_scalar(additionaleventdata, '$.bytesTransferredOut') AS DOUBLE)) / 1000000 AS megabytes,
    min(eventtime) AS first, max(eventtime) AS last
  FROM cloudtrail_logs
  WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
    AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
    AND eventsource = 's3.amazonaws.com'
    AND eventname = 'GetObject'
    AND errorcode IS NULL
  GROUP BY 1, 2
) AS reads
WHERE objects >= :at_least
ORDER BY objects DESC, who, bucket
LIMIT 1000
