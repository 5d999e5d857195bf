import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Signer } from '../jobs/seal.ts';
import { rsaPublicKey, type RsaPublicKey } from './rsa-public-key.ts';
import { SignerError } from './signer-error.ts';

const BITS = 2048;
/** Bits of the mode that let others than the owner at a file. */
const OTHERS = 0o077;

interface PrivateKey {
  readonly key: KeyObject;
  readonly publicKey: RsaPublicKey;
}

/** An RSA private key in a file (PEM, PKCS#8) that its owner alone can read. Throws `SignerError`. */
export class KeyFileSigner implements Signer {
  /** Absolute. */
  readonly path: string;
  readonly #makes: boolean;
  #made = false;
  #key: Promise<PrivateKey> | undefined;

  /** With `makes`, a key is made where there is none, when it is first needed. */
  constructor(path: string, { makes = false } = {}) {
    this.path = resolve(path);
    this.#makes = makes;
  }

  /** Whether this has made the key. */
  get made(): boolean {
    return this.#made;
  }

  async publicKey(): Promise<RsaPublicKey> {
    return (await this.#known()).publicKey;
  }

  async sign(text: string): Promise<string> {
    return sign('RSA-SHA256', Buffer.from(text), (await this.#known()).key).toString('hex');
  }

  /** Read once; again after a failure. */
  async #known(): Promise<PrivateKey> {
    this.#key ??= this.#load();
    try {
      return await this.#key;
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }

  async #load(): Promise<PrivateKey> {
    let pem = await readKeyFile(this.path);
    if (pem === undefined && this.#makes) {
      this.#made = await makeKeyFile(this.path);
      // Of several at once one has made it, and its key is everybody's.
      pem = await readKeyFile(this.path);
    }
    if (pem !== undefined) return this.#parse(pem);
    const advice = 'check the path; trailseal seal makes a key where there is none';
    throw new SignerError('no-key', `there is no key file ${this.path}: ${advice}`);
  }

  #parse(pem: string): PrivateKey {
    const key = this.#privateKey(pem);
    const publicKey = rsaPublicKey(createPublicKey(key));
    if (publicKey !== undefined) return { key, publicKey };
    const advice = `an RSA key of ${BITS.toLocaleString('en')} bits at least is needed: name another file`;
    throw new SignerError('unsuitable', `the key in ${this.path} signs no digests: ${advice}`);
  }

  #privateKey(pem: string): KeyObject {
    try {
      return createPrivateKey(pem);
    } catch (cause) {
      const what = 'holds no private key in PEM that can be read without a passphrase';
      const advice = 'restore it from a copy, or move it away to have a new key made';
      throw new SignerError('damaged', `${this.path} ${what}: ${advice}`, { cause });
    }
  }
}

/** Undefined if there is no such file. */
async function readKeyFile(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (isCode(cause, 'ENOENT')) return undefined;
    const reason = isCode(cause, 'EACCES') ? 'its permissions forbid it' : 'check the path';
    throw new SignerError('denied', `the key file ${path} cannot be read: ${reason}`, { cause });
  });
  if (file === undefined) return undefined;
  try {
    // Of what was opened: the name may come to mean another file.
    const found = await file.stat();
    if (!found.isFile()) {
      throw new SignerError('damaged', `${path} is no file: name one for the key, in a folder of its own`);
    }
    if ((found.mode & OTHERS) === 0) return await file.readFile('utf8');
    const advice = `if nobody has used that: chmod 600 ${path}; otherwise move it away to have a new key made`;
    throw new SignerError('exposed', `others than its owner can get at the key file ${path}: ${advice}`);
  } finally {
    await file.close();
  }
}

/** Written aside and linked, so that a key is there whole, and never over another; whether this one is. */
async function makeKeyFile(path: string): Promise<boolean> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: BITS });
  const folder = dirname(path);
  const aside = `${path}.${process.pid}-${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await write(aside, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return await linkIfAbsent(aside, path);
  } catch (cause) {
    const message = `a key file could not be made in ${folder}: make room there, or name another place`;
    throw new SignerError('unavailable', message, { cause });
  } finally {
    await rm(aside, { force: true });
  }
}

async function write(path: string, pem: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(pem);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The name is flushed to disk too: digests signed by a key that is lost with the power can't be followed by more of it. */
async function linkIfAbsent(aside: string, path: string): Promise<boolean> {
  const linked = await link(aside, path).then(
    () => true,
    (error: unknown) => {
      if (isCode(error, 'EEXIST')) return false;
      throw error;
    },
  );
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
  return linked;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
