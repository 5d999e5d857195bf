-- title: Whose console sign-ins failed?
-- task: sign-ins
-- answers: Failed console sign-ins by user and address. AWS hides a user name that is unknown, in case a password was
--   typed there.
-- look at: many users from one address (a list of passwords), or many tries at one user. Whether one got in:
--   `sign-ins-after-failures`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account, useridentity.type AS kind,
  coalesce(useridentity.username, useridentity.arn) AS who, sourceipaddress, errormessage, count(*) AS failures,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname = 'ConsoleLogin'
  AND json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure'
GROUP BY 1, 2, 3, 4, 5
ORDER BY failures DESC, first, account, who, sourceipaddress
LIMIT 1000
