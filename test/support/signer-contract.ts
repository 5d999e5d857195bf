import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Signer } from '../../shared/jobs/seal.ts';

/** What every signer must do. `fresh` makes one with a key of its own; `again` another one of the same key. */
export function signerContract(
  name: string,
  fresh: () => Promise<{ readonly signer: Signer; readonly again: () => Signer }>,
): void {
  describe(`${name}, as a signer`, () => {
    it('signs so that whoever has its public key can verify it, and nothing else', async () => {
      const { signer } = await fresh();
      const { value } = await signer.publicKey();
      const signature = await signer.sign('text');
      expect(signature).toMatch(/^[0-9a-f]{512}$/);
      expect(isSigned('text', signature, keyOf(value))).toBe(true);
      expect(isSigned('texT', signature, keyOf(value))).toBe(false);
      const other = await (await fresh()).signer.publicKey();
      expect(isSigned('text', signature, keyOf(other.value))).toBe(false);
    });

    it('tells its public key as PKCS#1 DER, and the MD5 of that as its fingerprint', async () => {
      const { value, fingerprint } = await (await fresh()).signer.publicKey();
      const der = Buffer.from(value, 'base64');
      expect(der.toString('base64')).toBe(value);
      // SPKI is the PKCS#1 in an envelope of 24 bytes.
      expect(keyOf(value).export({ type: 'spki', format: 'der' }).subarray(24).equals(der)).toBe(true);
      expect(fingerprint).toBe(createHash('md5').update(der).digest('hex'));
    });

    it('signs the same text the same way twice, whichever signer of the key is asked', async () => {
      const { signer, again } = await fresh();
      const known = await signer.publicKey();
      const other = again();
      expect(await other.publicKey()).toEqual(known);
      const signatures = await Promise.all([signer.sign('a'), signer.sign('a'), other.sign('a')]);
      expect(new Set(signatures).size).toBe(1);
      expect(await signer.sign('b')).not.toBe(signatures[0]);
    });

    it.each([
      ['nothing', ''],
      ['4,096 bytes', 'x'.repeat(4096)],
      ['letters of several bytes, in UTF-8', 'é\n→ 🔏'],
      ['line breaks, which stay as they are', '\na\r\n\n'],
    ])('signs %s', async (_, text) => {
      const { signer } = await fresh();
      const { value } = await signer.publicKey();
      expect(isSigned(text, await signer.sign(text), keyOf(value))).toBe(true);
    });

    it('signs many texts at once, each with its own signature', async () => {
      const { signer } = await fresh();
      const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
      const signatures = await Promise.all(texts.map((text) => signer.sign(text)));
      const key = keyOf((await signer.publicKey()).value);
      expect(texts.map((text, i) => isSigned(text, signatures[i] ?? '', key))).toEqual(texts.map(() => true));
    });
  });
}

function keyOf(value: string): KeyObject {
  return createPublicKey({ key: Buffer.from(value, 'base64'), type: 'pkcs1', format: 'der' });
}

function isSigned(text: string, signature: string, key: KeyObject): boolean {
  return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'hex'));
}
