-- title: Which regions are used, and by whom?
-- task: new and unused
-- answers: Regions of each account with changes: how many calls change something, by how many principals.
-- look at: regions you have no business in: close them with a policy of the organization. Who was there:
--   `new-services`, `console-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account, awsregion AS region, count(*) AS changes, count(errorcode) AS failed,
  count(DISTINCT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn)) AS principals,
  count(DISTINCT eventsource) AS services, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND readonly = 'false'
GROUP BY 1, 2
ORDER BY account, changes DESC, region
