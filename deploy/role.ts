import { arnOf, attribute, capitalised, type Fragment, type Value } from './template.ts';

const LOG_RETENTION_DAYS = 90;

/** A function's role and log group. What any function needs is here; `statements` is what this one needs. */
export function roleAndLogs(
  name: string,
  stage: string,
  statements: readonly Value[],
): Fragment['Resources'] {
  const prefix = capitalised(name);
  return {
    [`${prefix}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com'),
        Policies: [
          {
            PolicyName: name,
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [...statements, writesLogs(prefix)],
            },
          },
        ],
      },
    },
    [`${prefix}Logs`]: {
      Type: 'AWS::Logs::LogGroup',
      Properties: {
        LogGroupName: `/aws/lambda/trailseal-${stage}-${name}`,
        RetentionInDays: LOG_RETENTION_DAYS,
        KmsKeyId: arnOf('AuditKey'),
      },
    },
  };
}

function assumedBy(service: string): Value {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
}

/** What a function of a queue needs besides. */
export function takesMessages(name: string): Value {
  return {
    Sid: 'TakesItsMessages',
    Effect: 'Allow',
    Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    Resource: arnOf(`${capitalised(name)}Queue`),
  };
}

function writesLogs(prefix: string): Value {
  return {
    Sid: 'WritesItsLogs',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    // A log group's Arn attribute ends in `:*`: its log streams, whose names Lambda makes up.
    Resource: attribute(`${prefix}Logs`, 'Arn'),
  };
}
