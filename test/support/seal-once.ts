import { createHash, sign } from 'node:crypto';
import { encodeDocument, type BatchReceipts, type LogFileReceipt } from '../../shared/core/lake-format.ts';
import { receiptsKey, sealingKey, type BatchRef } from '../../shared/core/lake-keys.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { seal, type SealOptions, type Signer, type SealSummary } from '../../shared/jobs/seal.ts';
import { signingKey, type SigningKey } from './signed-trail.ts';

/** The key that signs where it doesn't matter which. */
export const OWN_KEY = signingKey();
/** The key after a change of keys. */
export const OTHER_KEY = signingKey();
export const BOTH_KEYS = [OWN_KEY, OTHER_KEY];

export const SEAL_OPTIONS: SealOptions = {
  chain: { account: '999988887777', region: 'eu-west-1', trail: 'trailseal-test', bucket: 'lake-bucket' },
  logBucket: 'trail-bucket',
};

/** Of the first digest that `sealOnce` makes at this time or within the hour after it. */
export const NOON = Date.parse('2026-11-21T12:00:00Z');
export const HOUR = 60 * 60 * 1000;
export const MINUTE = 60 * 1000;

/** One run of seal at a time of day. */
export async function sealOnce(
  lake: ObjectStore,
  now: number,
  options: Partial<SealOptions> & { readonly key?: SigningKey } = {},
): Promise<SealSummary> {
  const { key = OWN_KEY, ...rest } = options;
  return await seal({ lake, signer: signerOf(key), now }, { ...SEAL_OPTIONS, ...rest });
}

export function signerOf({ value, fingerprint, privateKey }: SigningKey): Signer {
  const made = signatures.get(fingerprint) ?? new Map<string, string>();
  signatures.set(fingerprint, made);
  return {
    publicKey: () => Promise.resolve({ value, fingerprint }),
    sign: (text) => {
      const signature = made.get(text) ?? sign('RSA-SHA256', Buffer.from(text), privateKey).toString('hex');
      made.set(text, signature);
      return Promise.resolve(signature);
    },
  };
}

/**
 * By key and text. The same text has the same signature each time (PKCS #1 v1.5 knows no chance), and hundreds of interleavings and faults
 * of one story sign the same few texts.
 */
const signatures = new Map<string, Map<string, string>>();

/** Announces, then stores the receipts of a batch, as normalise does. Returns their key. */
export async function commit(lake: ObjectStore, at: number, number: number, logFiles = 1): Promise<string> {
  await announce(lake, at, number);
  return await storeReceipts(lake, number, logFiles);
}

export async function announce(lake: ObjectStore, at: number, number: number): Promise<void> {
  await lake.putIfAbsent(sealingKey(at, keyOfBatch(number)), new Uint8Array());
}

export async function storeReceipts(lake: ObjectStore, number: number, logFiles = 1): Promise<string> {
  await lake.putIfAbsent(keyOfBatch(number), encodeDocument(receiptsOf(number, logFiles)));
  return keyOfBatch(number);
}

export function keyOfBatch(number: number): string {
  return receiptsKey(batchOf(number));
}

/** Receipts of so many log files; those of every fifth batch begin with one that couldn't be read. */
export function receiptsOf(number: number, logFiles: number): BatchReceipts {
  return {
    format: 1,
    ...batchOf(number),
    plan: hash(`plan ${number}`).slice(0, 20),
    logFiles: Array.from({ length: logFiles }, (_, i) => receiptOf(number, i)),
    objects: [],
    quarantine: [],
  };
}

/** Four streams, so that the order of keys isn't that of time. */
function batchOf(number: number): BatchRef {
  return { stream: `s${number % 4}/d`, sequence: 1 + Math.floor(number / 4) };
}

function receiptOf(batch: number, number: number): LogFileReceipt {
  const isReadable = batch % 5 !== 0 || number > 0;
  const time = new Date(NOON + batch * 1234 + number).toISOString();
  return {
    key: `AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/${batch}-${number}.json.gz`,
    size: 100,
    version: `sha256:${hash(`stored ${batch} ${number}`)}`,
    outcome: isReadable ? 'read' : 'unreadable',
    sha256: isReadable ? hash(`text ${batch} ${number}`) : null,
    textBytes: isReadable ? 200 : 0,
    records: isReadable ? 1 : 0,
    rows: [],
    quarantined: {},
    oldestEventTime: isReadable ? time : null,
    newestEventTime: isReadable ? time : null,
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
