-- title: Which objects did this access key read?
-- task: exfiltration
-- answers: The objects an access key read or copied from S3, in order.
-- look at: what the objects hold: that is what is lost. Where the key was used: `access-key-addresses`.
-- param: access_key string = AKIAGVWC4W3JFEXAMPLE : the access key id
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, eventname, json_extract_scalar(requestparameters, '$.bucketName') AS bucket,
  json_extract_scalar(requestparameters, '$.key') AS object,
  CAST(CAST(json_extract_scalar(additionaleventdata, '$.bytesTransferredOut') AS DOUBLE) AS BIGINT) AS bytes,
  sourceipaddress, errorcode
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.accesskeyid = :access_key
  AND eventsource = 's3.amazonaws.com'
  AND eventname IN ('GetObject', 'CopyObject', 'UploadPartCopy', 'SelectObjectContent', 'GetObjectTorrent')
ORDER BY eventtime, bucket, object
LIMIT 10000
