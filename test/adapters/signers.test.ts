import { generateKeyPairSync } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateAliasCommand, DisableKeyCommand, KMSClient, UpdateAliasCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { KeyFileSigner } from '../../shared/adapters/key-file-signer.ts';
import { KmsSigner } from '../../shared/adapters/kms-signer.ts';
import { freePort } from '../support/aws-emulator.ts';
import { emulatedAws, uniqueName } from '../support/emulated-aws.ts';
import { kmsKey } from '../support/kms-key.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { signerContract } from '../support/signer-contract.ts';

emulatedAws();

signerContract('KeyFileSigner', async () => {
  const path = join(await scratchFolder(), 'keys', 'seal.pem');
  return { signer: new KeyFileSigner(path, { makes: true }), again: () => new KeyFileSigner(path) };
});
signerContract('KmsSigner', async () => {
  const arn = await kmsKey();
  return { signer: new KmsSigner(arn), again: () => new KmsSigner(arn.split('/').at(-1) ?? '') };
});

async function keyFile(contents: string, mode = 0o600): Promise<string> {
  const path = join(await scratchFolder(), 'seal.pem');
  await writeFile(path, contents, { mode });
  await chmod(path, mode);
  return path;
}

function pemOf(type: 'rsa' | 'ec', bits = 2048): string {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('a key file', () => {
  it('is made once, for its owner alone, and nothing is left beside it', async () => {
    const folder = join(await scratchFolder(), 'keys');
    const signer = new KeyFileSigner(join(folder, 'seal.pem'), { makes: true });
    await signer.publicKey();
    expect(signer.made).toBe(true);
    expect(await readdir(folder)).toEqual(['seal.pem']);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'seal.pem'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'seal.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const later = new KeyFileSigner(join(folder, 'seal.pem'), { makes: true });
    expect(await later.publicKey()).toEqual(await signer.publicKey());
    expect(later.made).toBe(false);
  });

  it('is the key of one of many that make it at once, and all sign with it', async () => {
    const folder = await scratchFolder();
    const signers = Array.from(
      { length: 8 },
      () => new KeyFileSigner(join(folder, 'seal.pem'), { makes: true }),
    );
    const signatures = await Promise.all(signers.map((signer) => signer.sign('text')));
    expect(new Set(signatures).size).toBe(1);
    expect(signers.filter(({ made }) => made)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['seal.pem']);
  });

  it.each(['640', '604', '660', '602'])('that others can get at (mode %s) is refused', async (mode) => {
    const path = await keyFile(pemOf('rsa'), Number.parseInt(mode, 8));
    await expect(new KeyFileSigner(path, { makes: true }).sign('text')).rejects.toMatchObject({
      name: 'SignerError',
      code: 'exposed',
      message: expect.stringContaining(`chmod 600 ${path}`) as string,
    });
  });

  it.each([
    ['is empty', '', 'damaged'],
    ['was cut off', pemOf('rsa').slice(0, 700), 'damaged'],
    ['is no PEM', 'key', 'damaged'],
    ['is of another kind', pemOf('ec'), 'unsuitable'],
    ['is too short a key', pemOf('rsa', 1024), 'unsuitable'],
  ])('that %s is refused, and stays as it is', async (_, contents, code) => {
    const path = await keyFile(contents);
    await expect(new KeyFileSigner(path, { makes: true }).publicKey()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path) as string,
    });
    expect(await readFile(path, 'utf8')).toBe(contents);
  });

  it('that isn’t there is not made for whoever only wants to know it', async () => {
    const path = join(await scratchFolder(), 'seal.pem');
    await expect(new KeyFileSigner(path).publicKey()).rejects.toMatchObject({ code: 'no-key' });
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is read again after a failure', async () => {
    const path = await keyFile('');
    const signer = new KeyFileSigner(path);
    await expect(signer.publicKey()).rejects.toMatchObject({ code: 'damaged' });
    await writeFile(path, pemOf('rsa'));
    expect((await signer.publicKey()).fingerprint).toHaveLength(32);
  });

  it('may be any RSA key of enough bits, and may be linked to', async () => {
    const path = await keyFile(pemOf('rsa', 3072));
    await link(path, `${path}.link`);
    expect(await new KeyFileSigner(`${path}.link`).sign('text')).toMatch(/^[0-9a-f]{768}$/);
  });

  it('cannot be a folder, nor lie below a file', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'seal.pem'), { mode: 0o700 });
    await expect(new KeyFileSigner(join(folder, 'seal.pem')).publicKey()).rejects.toMatchObject({
      code: 'damaged',
    });
    await writeFile(join(folder, 'file'), '');
    const below = new KeyFileSigner(join(folder, 'file', 'seal.pem'), { makes: true });
    await expect(below.publicKey()).rejects.toMatchObject({ name: 'SignerError', code: 'denied' });
  });
});

describe('a key in KMS', () => {
  it('stays the same for a signer whose alias is moved to another key', async () => {
    const [first, second] = [await kmsKey(), await kmsKey()];
    const AliasName = `alias/${uniqueName('seal')}`;
    const kms = new KMSClient({});
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: first }));
    const signer = new KmsSigner(AliasName);
    const known = await signer.publicKey();
    await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second }));
    expect(await signer.sign('text')).toBe(await new KmsSigner(first).sign('text'));
    expect(await signer.publicKey()).toEqual(known);
    expect(await new KmsSigner(AliasName).publicKey()).toEqual(await new KmsSigner(second).publicKey());
  });

  it('that doesn’t exist is an error that names it', async () => {
    const arn = (await kmsKey()).replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000');
    await expect(new KmsSigner(arn).publicKey()).rejects.toMatchObject({
      name: 'SignerError',
      code: 'no-key',
      message: expect.stringContaining(arn) as string,
      cause: expect.any(Error) as Error,
    });
  });

  it.each([
    ['is symmetric', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'],
    ['encrypts', 'RSA_2048', 'ENCRYPT_DECRYPT'],
    ['is of an elliptic curve', 'ECC_NIST_P256', 'SIGN_VERIFY'],
  ] as const)('that %s signs no digests', async (_, KeySpec, KeyUsage) => {
    const signer = new KmsSigner(await kmsKey({ KeySpec, KeyUsage }));
    await expect(signer.sign('text')).rejects.toMatchObject({ code: 'unsuitable' });
  });

  it('that was disabled is an error that says so', async () => {
    const arn = await kmsKey();
    await new KMSClient({}).send(new DisableKeyCommand({ KeyId: arn }));
    await expect(new KmsSigner(arn).sign('text')).rejects.toMatchObject({ code: 'disabled' });
  });

  it('that can’t be reached is an error that says to try again', async () => {
    const arn = await kmsKey();
    const { AWS_ENDPOINT_URL: endpoint = '' } = process.env;
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${await freePort()}`;
    const asked = new KmsSigner(arn).publicKey();
    await expect(asked).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('run the same again') as string,
    });
    process.env['AWS_ENDPOINT_URL'] = endpoint;
  });
});
