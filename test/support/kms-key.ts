import { CreateKeyCommand, KMSClient, type CreateKeyCommandInput } from '@aws-sdk/client-kms';

/** A new key in the emulated KMS, for signing digests unless it says otherwise; its ARN. */
export async function kmsKey(input: CreateKeyCommandInput = {}): Promise<string> {
  const { KeyMetadata: key } = await new KMSClient({}).send(
    new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', ...input }),
  );
  if (key?.Arn === undefined) throw new Error('KMS made no key');
  return key.Arn;
}
