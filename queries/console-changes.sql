-- title: What was changed by hand in the console?
-- task: who changed this resource
-- answers: Calls that change something, made with the credentials of a console session, by person and call.
-- look at: production accounts, where changes belong into deployments. One person's in order: `user-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account, regexp_extract(useridentity.arn, '[^:]+$') AS who, eventsource, eventname,
  count(*) AS calls, count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND sessioncredentialfromconsole = 'true'
  AND readonly = 'false'
GROUP BY 1, 2, 3, 4
ORDER BY account, who, calls DESC, eventsource, eventname
LIMIT 1000
