-- title: Which other accounts act in ours?
-- task: cross-account access
-- answers: Calls of principals that belong to another account than the one they act in, by account and service.
-- look at: accounts that are neither ours nor a partner's. By which role they came: `roles-assumed-from-outside`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT useridentity.accountid AS from_account, recipientaccountid AS account, eventsource, count(*) AS calls,
  count(errorcode) AS failed, count(DISTINCT useridentity.principalid) AS principals,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.accountid <> recipientaccountid
GROUP BY 1, 2, 3
ORDER BY calls DESC, from_account, account, eventsource
LIMIT 1000
