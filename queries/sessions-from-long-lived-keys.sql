-- title: Which long-lived keys made sessions of their own?
-- task: persistence
-- answers: GetFederationToken and GetSessionToken calls of IAM users: the credentials go on working after the key is
--   switched off.
-- look at: federation tokens by users that no broker uses; to end them, deny the user everything. The key itself:
--   `access-key-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT useridentity.username AS user_name, useridentity.accesskeyid AS access_key, eventname, sourceipaddress,
  count(*) AS calls, count(errorcode) AS failed, min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'sts.amazonaws.com'
  AND eventname IN ('GetFederationToken', 'GetSessionToken')
  AND useridentity.type = 'IAMUser'
GROUP BY 1, 2, 3, 4
ORDER BY calls DESC, user_name, access_key, eventname, sourceipaddress
LIMIT 1000
