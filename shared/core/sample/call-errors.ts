import type { ApiCall } from './api-calls.ts';
import type { Random } from './random.ts';
import type { Template } from './draw.ts';
import { template } from './template.ts';

/** How a call failed: `errorCode` and `errorMessage` as JSON members, each with its comma. */
export type CallError = Template;

export const DENIED = failure(
  'AccessDenied',
  'User: <arn> is not authorized to perform: <action> because no identity-based policy allows the <action> action',
);
/** A service control policy forbids it, whoever asks. */
export const DENIED_BY_POLICY = failure(
  'AccessDenied',
  'User: <arn> is not authorized to perform: <action> with an explicit deny in a service control policy',
);
export const UNAUTHORIZED = failure(
  'Client.UnauthorizedOperation',
  'You are not authorized to perform this operation. User: <arn> is not authorized to perform: <action> because no identity-based policy allows the <action> action. Encoded authorization failure message: <token><token2>',
);
/** A console sign-in has a message and no code. */
export const SIGN_IN_FAILED: CallError = template('"errorMessage":"Failed authentication",');
const throttled = failure('ThrottlingException', 'Rate exceeded');

const BY_SERVICE: Readonly<Record<string, readonly CallError[]>> = {
  s3: [
    failure('NoSuchBucket', 'The specified bucket does not exist'),
    failure('AccessDenied', 'Access Denied'),
    failure('NoSuchKey', 'The specified key does not exist.'),
    failure('NoSuchTagSet', 'The TagSet does not exist'),
  ],
  ec2: [
    UNAUTHORIZED,
    failure('Client.RequestLimitExceeded', 'Request limit exceeded.'),
    failure('Client.InvalidInstanceID.NotFound', "The instance ID '<instance>' does not exist"),
  ],
  iam: [DENIED, failure('NoSuchEntityException', 'The role with name <role> cannot be found.')],
  kms: [
    DENIED,
    failure('NotFoundException', 'Alias arn:aws:kms:<region>:<account>:alias/<table> is not found.'),
  ],
  lambda: [throttled, failure('ResourceNotFoundException', 'Function not found: <function>')],
  logs: [
    failure('ResourceAlreadyExistsException', 'The specified log stream already exists'),
    failure('ResourceNotFoundException', 'The specified log group does not exist.'),
  ],
  dynamodb: [throttled, failure('ConditionalCheckFailedException', 'The conditional request failed')],
  signin: [],
};
const ANYWHERE = [DENIED, throttled, DENIED];

/** None for calls whose failure has a shape of its own. */
export function drawError(call: ApiCall, random: Random): CallError | undefined {
  const errors = BY_SERVICE[call.service] ?? ANYWHERE;
  return errors.length === 0 ? undefined : random.pickSkewed(errors);
}

function failure(code: string, message: string): CallError {
  return template(`"errorCode":"${code}","errorMessage":"${message}",`);
}
