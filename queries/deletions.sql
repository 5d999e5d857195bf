-- title: What was deleted, and by whom?
-- task: who changed this resource
-- answers: Calls that delete, terminate or remove something, by principal and call. Objects and messages (data
--   events) are left out.
-- look at: backups, keys, logs and snapshots, most of all several in a row. One resource's story: `resource-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.invokedby) AS who,
  eventsource, eventname, count(*) AS calls, count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND readonly = 'false'
  AND coalesce(eventcategory, 'Management') = 'Management'
  AND regexp_like(eventname, '^(Delete|Terminate|Remove|Deregister|Purge|ScheduleKeyDeletion)')
GROUP BY 1, 2, 3
ORDER BY calls DESC, who, eventsource, eventname
LIMIT 1000
