-- title: Who got into this instance?
-- task: triage of an instance
-- answers: Sessions, commands, SSH keys, passwords and serial consoles that were asked for, for an instance.
-- look at: people who are not its operators, and AWS-RunShellScript. What else they did: `user-changes`.
-- param: instance string = i-06c441e0cd4307eac : the EC2 instance id
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventname, errorcode, sourceipaddress,
  json_extract_scalar(requestparameters, '$.documentName') AS document
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND eventname IN (
    'StartSession', 'ResumeSession', 'SendCommand', 'StartAutomationExecution', 'SendSSHPublicKey',
    'SendSerialConsoleSSHPublicKey', 'OpenTunnel', 'GetPasswordData'
  )
  AND strpos(requestparameters, '"' || :instance || '"') > 0
ORDER BY eventtime, eventname
LIMIT 1000
