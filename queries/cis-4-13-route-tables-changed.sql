-- title: CIS 4.13: which route tables were changed?
-- task: CIS evidence
-- answers: Every route and route table that was made, replaced or deleted, tried ones too.
-- look at: routes for 0.0.0.0/0, and to peerings of other accounts: `network-paths-opened`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventname, requestparameters, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname IN (
    'CreateRoute', 'CreateRouteTable', 'ReplaceRoute', 'ReplaceRouteTableAssociation', 'DeleteRouteTable',
    'DeleteRoute', 'DisassociateRouteTable'
  )
ORDER BY eventtime, eventname
