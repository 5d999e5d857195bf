-- title: What was made public?
-- task: network exposure
-- answers: Calls that may open buckets, functions, databases, snapshots, queues or topics to everybody.
-- look at: policies with Principal * and no condition, blocks of public access removed. Who came since:
--   `bucket-readers`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventsource, eventname, errorcode,
  sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND (
    eventname IN ('DeleteBucketPublicAccessBlock', 'DeletePublicAccessBlock', 'DeleteAccountPublicAccessBlock')
    OR eventname IN ('PutBucketPublicAccessBlock', 'PutPublicAccessBlock', 'PutAccountPublicAccessBlock')
      AND strpos(requestparameters, 'false') > 0
    OR eventname IN ('PutBucketAcl', 'PutObjectAcl', 'CreateBucket')
      AND regexp_like(requestparameters, 'groups/global/(AllUsers|AuthenticatedUsers)|public-read')
    OR eventname IN ('PutBucketPolicy', 'PutResourcePolicy', 'SetQueueAttributes', 'SetTopicAttributes')
      AND (
        regexp_like(requestparameters, 'Effect[\\" :]+Allow[^{}]*Principal[\\" :]+(\*|\{[\\" ]*AWS[\\" :\[]+\*)')
        OR regexp_like(
          requestparameters, 'Principal[\\" :]+(\*|\{[\\" ]*AWS[\\" :\[]+\*[\\" \]]+\})[^{}]*Effect[\\" :]+Allow'
        )
      )
    OR eventname = 'AddPermission20150331v2' AND json_extract_scalar(requestparameters, '$.principal') = '*'
    OR eventname IN ('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig') AND strpos(requestparameters, '"NONE"') > 0
    OR eventname IN ('ModifyDBInstance', 'CreateDBInstance') AND strpos(requestparameters, '"publiclyAccessible":true') > 0
    OR eventname IN ('ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute')
      AND strpos(requestparameters, '"all"') > 0
  )
ORDER BY eventtime, eventname
LIMIT 1000
