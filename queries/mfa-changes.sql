-- title: Whose MFA devices changed?
-- task: persistence
-- answers: MFA devices that were switched off, deleted, made or switched on, by whom and for whom.
-- look at: a device removed by somebody else, or one added just after a sign-in without: `sign-ins-without-mfa`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventname,
  coalesce(
    json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.virtualMFADeviceName')
  ) AS for_user,
  json_extract_scalar(requestparameters, '$.serialNumber') AS device, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname IN (
    'DeactivateMFADevice', 'DeleteVirtualMFADevice', 'CreateVirtualMFADevice', 'EnableMFADevice', 'ResyncMFADevice'
  )
ORDER BY eventtime, eventname, for_user
LIMIT 1000
