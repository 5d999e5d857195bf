-- title: Which buckets, tables and functions make the data events?
-- task: cost of data events
-- answers: Data events by the resource they concern: the bucket, table, function, queue or topic.
-- look at: a few noisy resources: leave them out by their ARN in the advanced event selectors. Who reads them:
--   `data-events-by-principal`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account, eventsource,
  coalesce(
    json_extract_scalar(requestparameters, '$.bucketName'), json_extract_scalar(requestparameters, '$.tableName'),
    json_extract_scalar(requestparameters, '$.functionName'), json_extract_scalar(requestparameters, '$.queueUrl'),
    json_extract_scalar(requestparameters, '$.topicArn')
  ) AS resource,
  count(*) AS events, count_if(readonly = 'true') AS reads
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventcategory = 'Data'
GROUP BY 1, 2, 3
ORDER BY events DESC, account, eventsource, resource
LIMIT 1000
