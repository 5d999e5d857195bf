import { ParamValueError } from './params.ts';
import { arnOf, sub, type Fragment, type Resource, type Value } from './template.ts';

/**
 * The keys that digests are signed with, a generation each. KMS doesn't rotate keys like these, for whoever has the public key would have to
 * be told: a higher `sealKeyGeneration` makes another key, which signs from then on. Those before it stay in the stack, so that verify still
 * gets their public keys; only by hand can one be deleted.
 */
export function sealKeys(stage: string, generation: unknown): Fragment {
  const numbers = generations(generation);
  const keys = numbers.map((number) => [nameOf(number), sealKey(stage, number)] as const);
  return {
    Resources: {
      ...Object.fromEntries(keys),
      SealKeyAlias: {
        Type: 'AWS::KMS::Alias',
        Properties: {
          AliasName: `alias/trailseal-${stage}-seal`,
          TargetKeyId: newestSealKey(stage, generation),
        },
      },
    },
  };
}

/** ARN of the key that signs. */
export function newestSealKey(_stage: string, generation: unknown): Value {
  return arnOf(nameOf(Math.max(...generations(generation))));
}

/** ARNs of all keys that ever signed, newest first. */
export function allSealKeys(_stage: string, generation: unknown): readonly Value[] {
  return generations(generation)
    .toReversed()
    .map((number) => arnOf(nameOf(number)));
}

/** As text, with commas. */
export function listOfSealKeys(stage: string, generation: unknown): Value {
  return { 'Fn::Join': [',', allSealKeys(stage, generation)] };
}

/** A key costs about a dollar a month, and one a year is plenty. */
const MOST = 50;

function generations(newest: unknown): number[] {
  const last = Number(newest);
  if (!/^[1-9]\d*$/.test(String(newest)) || last > MOST)
    throw new ParamValueError('sealKeyGeneration', `a whole number from 1 to ${MOST}`, newest);
  return Array.from({ length: last }, (_, index) => index + 1);
}

function nameOf(generation: number): string {
  return `SealKey${generation}`;
}

function sealKey(stage: string, generation: number): Resource {
  return {
    Type: 'AWS::KMS::Key',
    // What it signed would be proof of nothing once nobody could get its public key any more.
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Description: `Trailseal ${stage} signs its digests, generation ${generation}`,
      // What CloudTrail signs with, and so what the AWS CLI can verify.
      KeySpec: 'RSA_2048',
      KeyUsage: 'SIGN_VERIFY',
      // In a key's own policy, the resource * is this key.
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TheAccountsPoliciesDecide',
            Effect: 'Allow',
            Principal: { AWS: sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:root') },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            // Whatever they say: an administrator would have to change this policy first, which CloudTrail records.
            Sid: 'OnlySealSigns',
            Effect: 'Deny',
            Principal: '*',
            Action: 'kms:Sign',
            Resource: '*',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': arnOf('SealRole') } },
          },
        ],
      },
    },
  };
}
