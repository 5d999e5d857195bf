-- title: CIS 4.10: which security groups were changed?
-- task: CIS evidence
-- answers: Every security group or rule of one that was added or removed, tried ones too.
-- look at: rules for 0.0.0.0/0 and ::/0: `ports-opened-to-world` shows those alone.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventname, requestparameters, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname IN (
    'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress',
    'RevokeSecurityGroupEgress', 'CreateSecurityGroup', 'DeleteSecurityGroup'
  )
ORDER BY eventtime, eventname
