-- title: Which long-lived keys are in use?
-- task: new and unused
-- answers: Access keys of IAM users (AKIA…) that made calls, with the last call of each, its services and addresses.
-- look at: keys that are hardly used, or from several addresses: replace them by roles. A key that is not listed is
--   unused. Then `access-key-addresses`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT recipientaccountid AS account, useridentity.accesskeyid AS access_key, useridentity.username AS user_name,
  count(*) AS calls, count(DISTINCT eventsource) AS services, count(DISTINCT sourceipaddress) AS addresses,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND useridentity.accesskeyid LIKE 'AKIA%'
GROUP BY 1, 2, 3
ORDER BY last, account, access_key
LIMIT 1000
