import {
  CloudFormationClient,
  DescribeStacksCommand,
  type CloudFormationClientConfig,
} from '@aws-sdk/client-cloudformation';

/** The parameters a stack was last deployed with, by name; nothing where there is no such stack. */
export async function deployedParameters(
  config: CloudFormationClientConfig,
  stackName: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const answer = await new CloudFormationClient(config)
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((error: unknown) => {
      if (error instanceof Error && error.message.includes('does not exist')) return undefined;
      throw error;
    });
  const parameters = answer?.Stacks?.[0]?.Parameters;
  if (parameters === undefined) return undefined;
  return new Map(
    parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );
}

/**
 * Why a deployment may not go ahead: it would take another log bucket than the one before, most likely because a parameter was
 * forgotten. Without its bucket's name the stack would make a second trail; with one, remove the trail it made.
 */
export function changeOfLogBucket(before: string, now: string): string | undefined {
  if (before === now) return undefined;
  const [was, becomes] = [described(before), described(now)];
  const repeat = before === '' ? 'leave --param logBucket out' : `repeat --param logBucket=${before}`;
  return (
    `This stack reads ${was}; this deployment would make it read ${becomes}. If that isn't meant, ${repeat} ` +
    '(or write it into serverless.yml, under params and the stage). If it is, add --param logBucketMayChange=yes'
  );
}

function described(bucket: string): string {
  return bucket === '' ? 'a trail and bucket of its own' : `the log bucket ${bucket}`;
}
