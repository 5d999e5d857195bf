-- title: Who read from this bucket?
-- task: exfiltration
-- answers: The principals and addresses that read or listed a bucket, with how many calls, and how many were refused.
-- look at: principals of other accounts, anonymous ones, and addresses that are not ours. Which objects:
--   `objects-read-by-key`.
-- param: bucket string = billing-prod-data-dd6a44 : the bucket's name
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn, useridentity.principalid, useridentity.invokedby)
    AS who,
  useridentity.accountid AS from_account, sourceipaddress, eventname, count(*) AS calls, count(errorcode) AS failed,
  min(eventtime) AS first, max(eventtime) AS last
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 's3.amazonaws.com'
  AND readonly = 'true'
  AND json_extract_scalar(requestparameters, '$.bucketName') = :bucket
GROUP BY 1, 2, 3, 4
ORDER BY calls DESC, who, sourceipaddress, eventname
LIMIT 1000
