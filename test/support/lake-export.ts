import { createHash, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CLOUDTRAIL, type SigningKey, type Stored } from './signed-trail.ts';

/**
 * A query's saved results as CloudTrail Lake puts them into a bucket, with a real signature by a key of the test's own. Written after the
 * user guide ("CloudTrail sign file structure") and the AWS CLI's own tests, and sharing nothing with what reads and verifies it.
 */

export const COMPLETED = '2026-11-21T09:30:00Z';
export const QUERY =
  'AWSLogs/111122223333/CloudTrail-Lake/Query/2026/11/21/7a9f6f4e-1111-4222-8333-944455556666';

/** The text of a result file: when the query ran, the header, a line a row, every cell in quotes. */
export function resultCsv(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  newline = '\n',
): string {
  const lines = [header, ...rows].map((cells) => cells.map(quoted).join(','));
  return [`# Execution Time: 2026-11-21T09:29:51.723951Z `, ...lines, ''].join(newline);
}

/** The result of `SELECT eventJson FROM …`. */
export function exportedCsv(records: readonly string[]): string {
  return resultCsv(
    ['eventJson'],
    records.map((record) => [record]),
  );
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

export type SignFields = Record<string, unknown> & {
  files: { fileName: string; fileHashValue: string }[];
};

/** Objects of a bucket, by key; tests change them as an attacker would. */
export class SignedExport {
  readonly objects = new Map<string, Stored>();
  readonly folder: string;

  constructor(texts: readonly string[], folder = QUERY) {
    this.folder = folder;
    const files = texts.map((text, i) => {
      const bytes = gzipSync(text);
      const fileName = `result_${i + 1}.csv.gz`;
      this.objects.set(this.at(fileName), { bytes });
      return { fileName, fileHashValue: createHash('sha256').update(bytes).digest('hex') };
    });
    this.sign({
      version: '1.0',
      region: 'us-east-1',
      files,
      hashAlgorithm: 'SHA-256',
      signatureAlgorithm: 'SHA256withRSA',
      queryCompleteTime: COMPLETED,
      publicKeyFingerprint: CLOUDTRAIL.fingerprint,
    });
  }

  /** Key of a file of the query's. */
  at(fileName: string): string {
    return this.folder === '' ? fileName : `${this.folder}/${fileName}`;
  }

  /** What the sign file says. */
  fields(): SignFields {
    return JSON.parse(String(this.objects.get(this.at('result_sign.json'))?.bytes)) as SignFields;
  }

  /** Writes a sign file, signed by this key, whatever it says. */
  sign(fields: SignFields, by: SigningKey = CLOUDTRAIL): void {
    const hashes = fields.files.map(({ fileHashValue }) => fileHashValue).join(' ');
    const hashSignature = sign('RSA-SHA256', Buffer.from(hashes), by.privateKey).toString('hex');
    this.write({ ...fields, hashSignature });
  }

  /** Writes a sign file as it is. */
  write(fields: unknown): void {
    this.objects.set(this.at('result_sign.json'), { bytes: Buffer.from(JSON.stringify(fields, null, 2)) });
  }
}
