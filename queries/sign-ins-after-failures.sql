-- title: Who got in after failing?
-- task: sign-ins
-- answers: Addresses with both failed and successful console sign-ins to one account within the days, with the users
--   who got in.
-- look at: many failures before the first success: a password was guessed. Then `user-activity`, and
--   `address-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
WITH tries AS (
  SELECT recipientaccountid AS account, sourceipaddress, coalesce(useridentity.username, useridentity.arn) AS who,
    eventtime, json_extract_scalar(responseelements, '$.ConsoleLogin') AS result
  FROM cloudtrail_logs
  WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
    AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
    AND eventname = 'ConsoleLogin'
)
SELECT account, sourceipaddress, count_if(result = 'Failure') AS failures, count_if(result = 'Success') AS successes,
  min(CASE WHEN result = 'Failure' THEN eventtime END) AS first_failure,
  max(CASE WHEN result = 'Success' THEN eventtime END) AS last_success,
  max(CASE WHEN result = 'Success' THEN who END) AS got_in
FROM tries
GROUP BY 1, 2
HAVING min(CASE WHEN result = 'Failure' THEN eventtime END) < max(CASE WHEN result = 'Success' THEN eventtime END)
ORDER BY failures DESC, account, sourceipaddress
LIMIT 1000
