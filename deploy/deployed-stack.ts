import {
  CloudFormationClient,
  DescribeStacksCommand,
  type CloudFormationClientConfig,
} from '@aws-sdk/client-cloudformation';

/** A stack as it was last deployed, its values by their names. */
export interface DeployedStack {
  readonly parameters: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/** Nothing where there is no such stack. */
export async function deployedStack(
  config: CloudFormationClientConfig,
  stackName: string,
): Promise<DeployedStack | undefined> {
  const answer = await new CloudFormationClient(config)
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((error: unknown) => {
      if (error instanceof Error && error.message.includes('does not exist')) return undefined;
      throw error;
    });
  const stack = answer?.Stacks?.[0];
  if (stack === undefined) return undefined;
  const { Parameters = [], Outputs = [] } = stack;
  return {
    parameters: new Map(
      Parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    outputs: new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  };
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

/** Why a deployment may not go ahead: it knows fewer signing keys than the one before, which made `keys` of them. */
export function earlierSealKey(keys: number, generation: number): string | undefined {
  if (generation >= keys) return undefined;
  return (
    `This stack signs with its signing key of generation ${keys}; this deployment would go back to ${generation}, and verify would not know ` +
    `the newer key. Repeat --param sealKeyGeneration=${keys} (or write it into serverless.yml, under params and the stage)`
  );
}

function described(bucket: string): string {
  return bucket === '' ? 'a trail and bucket of its own' : `the log bucket ${bucket}`;
}
