-- title: Who handed a role to a machine or a function?
-- task: privilege escalation
-- answers: Calls that start or change something that runs with a role: instances, functions, tasks, stacks, jobs
--   (iam:PassRole).
-- look at: roles with more rights than the caller has: that is how rights are gained without touching IAM. Then
--   `role-activity`.
-- param: from_day day = 2026-11-01 : first UTC day
-- param: to_day day = 2026-11-02 : last UTC day
SELECT eventtime, coalesce(useridentity.arn, useridentity.principalid) AS who, eventsource, eventname, errorcode,
  coalesce(
    json_extract_scalar(requestparameters, '$.role'),
    json_extract_scalar(requestparameters, '$.roleArn'),
    json_extract_scalar(requestparameters, '$.iamRoleArn'),
    json_extract_scalar(requestparameters, '$.taskRoleArn'),
    json_extract_scalar(requestparameters, '$.roleARN'),
    json_extract_scalar(requestparameters, '$.iamInstanceProfile.arn'),
    json_extract_scalar(requestparameters, '$.iamInstanceProfile.name'),
    json_extract_scalar(requestparameters, '$.AssociateIamInstanceProfileRequest.IamInstanceProfile.Name')
  ) AS role
FROM cloudtrail_logs
WHERE year || '-' || month || '-' || day BETWEEN :from_day AND :to_day
  AND year BETWEEN substr(:from_day, 1, 4) AND substr(:to_day, 1, 4)
  AND readonly = 'false'
  AND eventsource IN (
    'ec2.amazonaws.com', 'lambda.amazonaws.com', 'ecs.amazonaws.com', 'cloudformation.amazonaws.com', 'glue.amazonaws.com',
    'codebuild.amazonaws.com', 'sagemaker.amazonaws.com', 'backup.amazonaws.com', 'states.amazonaws.com'
  )
  AND regexp_like(requestparameters, '"(role|roleArn|iamRoleArn|taskRoleArn|roleARN|iamInstanceProfile|IamInstanceProfile)":')
ORDER BY eventtime, who, eventsource, eventname
LIMIT 1000
