-- title: Which snapshots and images were shared?
-- task: exfiltration
-- answers: Permissions given for snapshots of volumes and databases, for images and for backups: to accounts, or to
--   all.
-- look at: accounts that are not ours, and "all". Whose accounts those are and what else they do here:
--   `outside-accounts`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventsource, eventname, errorcode,
  sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname IN (
    'ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute',
    'AuthorizeSnapshotAccess', 'PutBackupVaultAccessPolicy', 'CreateResourceShare', 'AssociateResourceShare'
  )
ORDER BY eventtime, eventname
LIMIT 1000
