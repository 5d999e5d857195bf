-- title: Who assumed our roles from other accounts?
-- task: cross-account access
-- answers: Roles that principals of other accounts assumed or tried to, by account and role.
-- look at: accounts nobody knows, and refused tries. Which roles trust them since when: `trust-changes`; what they
--   did: `role-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT useridentity.accountid AS from_account, recipientaccountid AS account,
  json_extract_scalar(requestparameters, '$.roleArn') AS role, count(*) AS calls, count(errorcode) AS failed,
  count(DISTINCT sourceipaddress) AS addresses, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'sts.amazonaws.com'
  AND eventname = 'AssumeRole'
  AND useridentity.accountid <> recipientaccountid
GROUP BY 1, 2, 3
ORDER BY calls DESC, from_account, role
LIMIT 1000
