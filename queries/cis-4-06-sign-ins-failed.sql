-- title: CIS 4.6: which console sign-ins failed?
-- task: CIS evidence
-- answers: Every console sign-in that failed authentication.
-- look at: many users from one address, or one user from many: `sign-ins-failed` counts them,
--   `sign-ins-after-failures` tells who got in.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, useridentity.type AS kind,
  coalesce(useridentity.username, useridentity.arn) AS who, sourceipaddress, useragent
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname = 'ConsoleLogin'
  AND errormessage = 'Failed authentication'
ORDER BY eventtime, who, sourceipaddress
