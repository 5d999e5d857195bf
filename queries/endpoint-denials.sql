-- title: Whom do VPC endpoints turn away?
-- task: cross-account access
-- answers: Calls that the policy of a VPC endpoint refused (network activity events), by endpoint, principal and
--   service.
-- look at: credentials of other accounts used inside our network: malware that brings its own. Then
--   `outside-accounts`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT vpcendpointid, useridentity.accountid AS from_account, eventsource, eventname, count(*) AS denied,
  count(DISTINCT sourceipaddress) AS addresses, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventcategory = 'NetworkActivity'
  AND errorcode = 'VpceAccessDenied'
GROUP BY 1, 2, 3, 4
ORDER BY denied DESC, vpcendpointid, from_account, eventsource, eventname
LIMIT 1000
