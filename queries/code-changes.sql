-- title: Whose code runs now that did not before?
-- task: persistence
-- answers: Changes to what runs by itself: functions, layers, start scripts of instances, scheduled rules, tasks, SSM
--   documents.
-- look at: code changed by a person where a pipeline does it, and new triggers. The resource's whole story:
--   `resource-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventsource, eventname, coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn) AS who,
  count(*) AS calls, count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND readonly = 'false'
  AND (
    eventsource = 'lambda.amazonaws.com'
      AND regexp_like(eventname, '^(CreateFunction|UpdateFunction|PublishLayerVersion|CreateEventSourceMapping)')
    OR eventsource IN ('events.amazonaws.com', 'scheduler.amazonaws.com') AND regexp_like(eventname, '^(Put|Create|Update)')
    OR eventsource = 'ssm.amazonaws.com' AND eventname IN ('CreateDocument', 'UpdateDocument', 'CreateAssociation')
    OR eventsource = 'ecs.amazonaws.com' AND eventname = 'RegisterTaskDefinition'
    OR eventsource = 'ec2.amazonaws.com'
      AND eventname IN ('ModifyInstanceAttribute', 'CreateLaunchTemplateVersion', 'ModifyLaunchTemplate')
  )
GROUP BY 1, 2, 3
ORDER BY first, eventsource, eventname, who
LIMIT 1000
