-- title: Which ports were opened to the world?
-- task: network exposure
-- answers: Rules of security groups and network ACLs that were added for every address, of IPv4 or IPv6.
-- look at: ports other than 80 and 443, and whether it was taken back. The group's story: `resource-changes` with its
--   id.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, awsregion AS region, eventname,
  coalesce(
    json_extract_scalar(requestparameters, '$.groupId'), json_extract_scalar(requestparameters, '$.networkAclId'),
    json_extract_scalar(requestparameters, '$.ModifySecurityGroupRulesRequest.GroupId')
  ) AS target,
  errorcode, sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'ec2.amazonaws.com'
  AND eventname IN (
    'AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules', 'CreateNetworkAclEntry', 'ReplaceNetworkAclEntry'
  )
  AND regexp_like(requestparameters, '"(0\.0\.0\.0/0|::/0)"')
ORDER BY eventtime, eventname, target
LIMIT 1000
