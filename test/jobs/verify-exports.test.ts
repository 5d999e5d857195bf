import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicKeysOf } from '../../shared/core/digest-checks.ts';
import { nothingVerified, verify } from '../../shared/jobs/verify.ts';
import { SignedExport, exportedCsv, type SignFields } from '../support/lake-export.ts';
import { memoryEvidence } from '../support/memory-evidence.ts';
import { answerOf, CLOUDTRAIL, SignedTrail, signingKey } from '../support/signed-trail.ts';

const KEYS = publicKeysOf([answerOf(CLOUDTRAIL)]);
const TEXTS = [exportedCsv(['{"eventID":"1"}']), exportedCsv(['{"eventID":"2"}'])];

/** What was found, by code and the name of the file in the query's folder. */
async function findingsOf(exported: SignedExport, keys = KEYS): Promise<string[]> {
  const logs = memoryEvidence(exported.objects, 'bucket');
  const found = await Array.fromAsync(verify({ logs }, { keys, until: undefined }, nothingVerified()));
  return found.map(({ code, subject }) => `${code} ${subject.replace(`${exported.folder}/`, '')}`);
}

describe('a query’s saved results', () => {
  it('are verified, wherever their account’s folder lies, beside the trail’s own digests', async () => {
    for (const prefix of ['', 'logs/']) {
      const trail = new SignedTrail(2);
      const exported = new SignedExport(
        TEXTS,
        `${prefix}AWSLogs/111122223333/CloudTrail-Lake/Query/2026/11/21/q`,
      );
      const logs = memoryEvidence(new Map([...trail.objects, ...exported.objects]), 'trail-bucket');
      const counts = nothingVerified();
      const found = await Array.fromAsync(verify({ logs }, { keys: KEYS, until: undefined }, counts));
      expect(found).toEqual([]);
      expect(counts).toMatchObject({ digests: 2, signFiles: 1, logFiles: 4 + 2 });
    }
  });

  it('are verified in a folder of their own, as aws s3 cp makes it', async () => {
    const exported = new SignedExport(TEXTS, '');
    expect(await findingsOf(exported)).toEqual([]);
    exported.objects.set('result_2.csv.gz', { bytes: Buffer.from('x') });
    expect(await findingsOf(exported)).toEqual(['result-file-changed result_2.csv.gz']);
  });
});

describe('in a query’s saved results is found', () => {
  const file = (exported: SignedExport, name: string): Buffer =>
    Buffer.from(exported.objects.get(exported.at(name))?.bytes ?? '');

  it.each<[string, (exported: SignedExport) => void, string[]]>([
    [
      'a byte that was changed',
      (exported) => {
        const bytes = file(exported, 'result_1.csv.gz');
        bytes[20] = (bytes[20] ?? 0) ^ 1;
        exported.objects.set(exported.at('result_1.csv.gz'), { bytes });
      },
      ['result-file-changed result_1.csv.gz'],
    ],
    [
      'a file that is gone',
      (exported) => exported.objects.delete(exported.at('result_2.csv.gz')),
      ['result-file-missing result_2.csv.gz'],
    ],
    [
      'a file that was added',
      (exported) => exported.objects.set(exported.at('result_3.csv.gz'), { bytes: Buffer.from('x') }),
      ['result-file-unsigned result_3.csv.gz'],
    ],
    [
      'two files in each other’s place',
      (exported) => {
        const [first, second] = [file(exported, 'result_1.csv.gz'), file(exported, 'result_2.csv.gz')];
        exported.objects.set(exported.at('result_1.csv.gz'), { bytes: second });
        exported.objects.set(exported.at('result_2.csv.gz'), { bytes: first });
      },
      ['result-file-changed result_1.csv.gz', 'result-file-changed result_2.csv.gz'],
    ],
    [
      'a sign file that is gone',
      (exported) => exported.objects.delete(exported.at('result_sign.json')),
      ['result-file-unsigned result_1.csv.gz', 'result-file-unsigned result_2.csv.gz'],
    ],
    [
      'a file, and its hash with it, that were changed',
      (exported) => {
        const fields = exported.fields();
        const [first] = new SignedExport([exportedCsv(['{"eventID":"3"}'])], exported.folder).fields().files;
        exported.write({ ...fields, files: [first, ...fields.files.slice(1)] });
      },
      ['sign-file-signature-invalid result_sign.json', 'result-file-changed result_1.csv.gz'],
    ],
    [
      'a file that the sign file no longer names',
      (exported) => {
        exported.write({ ...exported.fields(), files: exported.fields().files.slice(0, 1) });
      },
      ['sign-file-signature-invalid result_sign.json', 'result-file-unsigned result_2.csv.gz'],
    ],
    [
      'a sign file by another key',
      (exported) => {
        const forger = signingKey();
        exported.sign({ ...exported.fields(), publicKeyFingerprint: forger.fingerprint }, forger);
      },
      ['sign-file-key-unknown result_sign.json'],
    ],
    [
      'a sign file by another key in the name of CloudTrail’s',
      (exported) => {
        exported.sign(exported.fields(), signingKey());
      },
      ['sign-file-signature-invalid result_sign.json'],
    ],
    [
      'a sign file of another time than its key’s',
      (exported) => {
        exported.write({ ...exported.fields(), queryCompleteTime: '2026-01-01T00:00:00Z' });
      },
      ['sign-file-key-not-valid-then result_sign.json'],
    ],
  ])('%s', async (_, attack, findings) => {
    const exported = new SignedExport(TEXTS);
    attack(exported);
    expect(await findingsOf(exported)).toEqual(findings);
  });

  it.each<[string, Partial<Record<keyof SignFields, unknown>>]>([
    ['another version', { version: '2.0' }],
    ['another algorithm', { signatureAlgorithm: 'SHA1withRSA' }],
    ['no files', { files: [] }],
    ['a file out of its folder', { files: [{ fileName: '../x.csv.gz', fileHashValue: 'a'.repeat(64) }] }],
    [
      'a file twice',
      { files: [1, 1].map((n) => ({ fileName: `result_${n}.csv.gz`, fileHashValue: 'a'.repeat(64) })) },
    ],
    ['a signature that is no hex', { hashSignature: 'x' }],
    ['no time', { queryCompleteTime: 'yesterday' }],
    ['a hundred thousand files', { files: Array.from({ length: 100_000 }, () => ({})) }],
  ])('a sign file with %s', async (_, fields) => {
    const exported = new SignedExport(TEXTS);
    exported.write({ ...exported.fields(), ...fields });
    expect(await findingsOf(exported)).toEqual(['sign-file-unreadable result_sign.json']);
  });

  it.each(['', '{', 'null', '\xff'])('a sign file that says %j', async (text) => {
    const exported = new SignedExport(TEXTS);
    exported.objects.set(exported.at('result_sign.json'), { bytes: Buffer.from(text, 'latin1') });
    expect(await findingsOf(exported)).toEqual(['sign-file-unreadable result_sign.json']);
  });

  it('a public key that is none', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const value = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const [fingerprint = ''] = publicKeysOf([{ ...answerOf(CLOUDTRAIL), value }]).keys();
    const exported = new SignedExport(TEXTS);
    exported.sign({ ...exported.fields(), publicKeyFingerprint: fingerprint });
    const keys = publicKeysOf([{ ...answerOf(CLOUDTRAIL), value }]);
    expect(await findingsOf(exported, keys)).toEqual(['sign-file-signature-invalid result_sign.json']);
  });
});
