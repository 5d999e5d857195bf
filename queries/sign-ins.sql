-- title: Who signed in to the console?
-- task: sign-ins
-- answers: Console sign-ins by user, address and result, with whether MFA was used, how many, and the first and the
--   last.
-- look at: addresses and countries a user never came from. Failures alone: `sign-ins-failed`; what a user did then:
--   `user-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account, useridentity.type AS kind,
  coalesce(useridentity.username, useridentity.arn, useridentity.principalid) AS who, sourceipaddress,
  json_extract_scalar(responseelements, '$.ConsoleLogin') AS result,
  json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa, count(*) AS sign_ins,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname = 'ConsoleLogin'
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY first, account, who, sourceipaddress, result, mfa
LIMIT 1000
