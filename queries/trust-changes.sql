-- title: Whom do we trust since when?
-- task: persistence
-- answers: Roles that were made or whose trust policy changed, and identity providers that were added or changed.
-- look at: accounts that are not ours and providers nobody knows in the policy: a way back in. Who came in by it:
--   `roles-assumed-from-outside`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventname,
  coalesce(json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.name')) AS target,
  coalesce(
    json_extract_scalar(requestparameters, '$.policyDocument'),
    json_extract_scalar(requestparameters, '$.assumeRolePolicyDocument')
  ) AS policy,
  errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname IN (
    'CreateRole', 'UpdateAssumeRolePolicy', 'CreateSAMLProvider', 'UpdateSAMLProvider', 'CreateOpenIDConnectProvider',
    'AddClientIDToOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint'
  )
ORDER BY eventtime, eventname, target
LIMIT 1000
