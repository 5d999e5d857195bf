-- title: Which ways in and out did the network get?
-- task: network exposure
-- answers: Gateways, routes, peerings, endpoints, tunnels and public addresses that were made or attached.
-- look at: routes for 0.0.0.0/0 where there were none, and peers in other accounts. Who did it: `user-changes`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, awsregion AS region, eventname, errorcode,
  sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'ec2.amazonaws.com'
  AND eventname IN (
    'CreateInternetGateway', 'AttachInternetGateway', 'CreateNatGateway', 'CreateRoute', 'ReplaceRoute',
    'CreateVpcPeeringConnection', 'AcceptVpcPeeringConnection', 'CreateTransitGatewayVpcAttachment', 'CreateVpnConnection',
    'CreateClientVpnEndpoint', 'AssociateAddress', 'CreateVpcEndpoint', 'CreateTrafficMirrorSession'
  )
ORDER BY eventtime, eventname
LIMIT 1000
