-- title: Which exports, copies and replications were started?
-- task: exfiltration
-- answers: Calls that write whole machines, databases, tables, images or buckets to another place.
-- look at: targets that are not ours in the parameters. Who started it and what else: `user-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventsource, eventname, errorcode,
  sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname IN (
    'CreateInstanceExportTask', 'CreateStoreImageTask', 'ExportImage', 'CopyImage', 'CopySnapshot', 'StartExportTask',
    'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'ExportTableToPointInTime', 'PutBucketReplication', 'CreateDataExport',
    'CreateExportTask', 'CreateReplicationTask', 'StartReplicationTask', 'PutSubscriptionFilter'
  )
ORDER BY eventtime, eventname
LIMIT 1000
