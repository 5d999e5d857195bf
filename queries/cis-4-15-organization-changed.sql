-- title: CIS 4.15: was the organization changed?
-- task: CIS evidence
-- answers: Every change of the organization: its policies, units, accounts and invitations, tried ones too.
-- look at: policies that are detached and accounts that move: `denied-then-allowed` shows what became possible.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, recipientaccountid AS account, awsregion AS region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
  eventname, requestparameters, errorcode, sourceipaddress
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventsource = 'organizations.amazonaws.com'
  AND eventname IN (
    'AcceptHandshake', 'DeclineHandshake', 'AttachPolicy', 'CreatePolicy', 'DeletePolicy', 'DetachPolicy',
    'UpdatePolicy', 'EnablePolicyType', 'DisablePolicyType', 'CreateAccount', 'CreateOrganizationalUnit',
    'DeleteOrganizationalUnit', 'UpdateOrganizationalUnit', 'DeleteOrganization', 'InviteAccountToOrganization',
    'LeaveOrganization', 'MoveAccount', 'RemoveAccountFromOrganization'
  )
ORDER BY eventtime, eventname
