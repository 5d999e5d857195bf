-- title: CIS 4.14: which VPCs were changed?
-- task: CIS evidence
-- answers: Every VPC and peering that was made, changed or deleted, tried ones too.
-- look at: peerings with accounts that are not ours: `network-paths-opened`, `outside-accounts`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventname, requestparameters, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname IN (
    'CreateVpc', 'DeleteVpc', 'ModifyVpcAttribute', 'AcceptVpcPeeringConnection', 'CreateVpcPeeringConnection',
    'DeleteVpcPeeringConnection', 'RejectVpcPeeringConnection', 'AttachClassicLinkVpc', 'DetachClassicLinkVpc',
    'EnableVpcClassicLink', 'DisableVpcClassicLink'
  )
ORDER BY eventtime, eventname
