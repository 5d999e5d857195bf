export type SignerErrorCode =
  | 'no-key'
  /** There is a key, but not one that signs digests: RSA of 2,048 bits at least, for signing. */
  | 'unsuitable'
  | 'disabled'
  | 'denied'
  | 'unavailable'
  /** A key file that others can read. */
  | 'exposed'
  /** A key file that holds no key. */
  | 'damaged';

/** A key that can't sign (now). The message says which, and what to do. */
export class SignerError extends Error {
  readonly code: SignerErrorCode;

  constructor(code: SignerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SignerError';
    this.code = code;
  }
}
