import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, KMSServiceException, SignCommand } from '@aws-sdk/client-kms';
import type { Signer } from '../jobs/seal.ts';
import { rsaPublicKey, type RsaPublicKey } from './rsa-public-key.ts';
import { SignerError, type SignerErrorCode } from './signer-error.ts';

const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):/;

interface KmsKey {
  /** The key's own ARN, whatever it was asked for by. */
  readonly arn: string;
  readonly publicKey: RsaPublicKey;
}

/** An RSA key in AWS KMS: the private key never leaves it. Throws `SignerError`. */
export class KmsSigner implements Signer {
  readonly #client: KMSClient;
  readonly #id: string;
  #key: Promise<KmsKey> | undefined;

  /** `id`: a key's id or ARN, or `alias/…`. Credentials as the AWS SDK finds them; the region too, where no ARN says it. */
  constructor(id: string) {
    const region = ARN.exec(id)?.[1];
    this.#client = new KMSClient({ maxAttempts: 6, ...(region !== undefined && { region }) });
    this.#id = id;
  }

  async publicKey(): Promise<RsaPublicKey> {
    return (await this.#known()).publicKey;
  }

  async sign(text: string): Promise<string> {
    // By its own ARN: an alias may have come to mean another key since its public key was asked for.
    const { arn } = await this.#known();
    // RAW: of a DIGEST, two emulators make the digest of it once more.
    const command = new SignCommand({
      KeyId: arn,
      Message: Buffer.from(text),
      MessageType: 'RAW',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    });
    const { Signature: signature } = await this.#client.send(command).catch((error: unknown) => {
      throw this.#failed(error);
    });
    if (signature === undefined) throw this.#failed(new Error('an answer without a signature'));
    return Buffer.from(signature).toString('hex');
  }

  /** Asked for once; again after a failure. */
  async #known(): Promise<KmsKey> {
    this.#key ??= this.#ask();
    try {
      return await this.#key;
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }

  async #ask(): Promise<KmsKey> {
    const command = new GetPublicKeyCommand({ KeyId: this.#id });
    const answer = await this.#client.send(command).catch((error: unknown) => {
      throw this.#failed(error);
    });
    const { KeyId: arn, PublicKey: spki, KeyUsage: usage } = answer;
    const publicKey =
      spki === undefined || usage !== 'SIGN_VERIFY'
        ? undefined
        : rsaPublicKey(createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' }));
    if (publicKey === undefined) throw new SignerError('unsuitable', this.#message('unsuitable'));
    return { arn: arn ?? this.#id, publicKey };
  }

  #failed(cause: unknown): SignerError {
    const name = cause instanceof Error ? cause.name : 'unknown error';
    const code = codeOf(cause, name);
    return new SignerError(code, `${this.#message(code)} (${name})`, { cause });
  }

  #message(code: KmsErrorCode): string {
    return `the KMS key ${this.#id} ${ADVICE[code]}`;
  }
}

type KmsErrorCode = Exclude<SignerErrorCode, 'exposed' | 'damaged'>;

const CODES: Readonly<Record<string, KmsErrorCode>> = {
  NotFoundException: 'no-key',
  InvalidArnException: 'no-key',
  InvalidAliasNameException: 'no-key',
  ValidationException: 'no-key',
  UnsupportedOperationException: 'unsuitable',
  InvalidKeyUsageException: 'unsuitable',
  DisabledException: 'disabled',
  KMSInvalidStateException: 'disabled',
};

function codeOf(cause: unknown, name: string): KmsErrorCode {
  const status = cause instanceof KMSServiceException ? cause.$metadata.httpStatusCode : undefined;
  if (status === 403 || /Credentials|AccessDenied/.test(name)) return 'denied';
  return CODES[name] ?? 'unavailable';
}

const ADVICE: Readonly<Record<KmsErrorCode, string>> = {
  'no-key': "doesn't exist: check its id, the account and the region",
  unsuitable: 'signs no digests: make one with key spec RSA_2048 and usage SIGN_VERIFY',
  disabled: 'is disabled or about to be deleted: enable it, or seal with another',
  denied: 'may not be used: check the credentials, and that they allow kms:GetPublicKey and kms:Sign on it',
  unavailable: 'could not be reached; run the same again',
};
