import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { DirectoryEvidence } from '../../shared/adapters/directory-evidence.ts';
import { publicKeysOf } from '../../shared/core/digest-checks.ts';
import { digestKey } from '../../shared/core/digest-key.ts';
import { parsePublicKeys } from '../../shared/core/public-keys.ts';
import { sampleFingerprint, samplePublicKeys, signSample } from '../../shared/core/sample/sample-key.ts';
import type { EvidenceStore } from '../../shared/jobs/evidence.ts';
import { nothingVerified, verify } from '../../shared/jobs/verify.ts';

/**
 * `npm run bench:verify-memory`: what verifying a trail of a million log files takes in memory. Digests are real, signed and on disk; log files
 * are one text under a million names, made when they are asked for, so that nothing but verification grows.
 *
 *   npm run bench:verify-memory -- --log-files 1000000
 */

const { values: flags } = parseArgs({ options: { 'log-files': { type: 'string', default: '1000000' } } });

const HOUR = 60 * 60 * 1000;
const START = Date.parse('2020-01-01T00:00:00Z');
const PER_HOUR = 40;
const BUCKET = 'bench-bucket';
const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const TEXT = `{"Records":[${JSON.stringify({ eventTime: '2020-01-01T00:00:00Z', eventID: 'x'.repeat(200) })}]}`;
const STORED = gzipSync(TEXT);
const SHA256 = sha256(TEXT);

const hours = Math.ceil(Number(flags['log-files']) / PER_HOUR);
const folder = await mkdtemp(join(tmpdir(), 'trailseal-bench-'));
try {
  await writeDigests();
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
  const counts = nothingVerified();
  const keys = publicKeysOf(parsePublicKeys(samplePublicKeys()));
  const start = performance.now();
  const findings = await Array.fromAsync(
    verify({ logs: store() }, { keys, until: START + hours * HOUR }, counts),
  );
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  if (findings.length > 0) throw new Error(`it found ${JSON.stringify(findings[0])}`);
  console.log(
    `${counts.logFiles} log files in ${counts.digests} digests verified in ${seconds.toFixed(0)} s; ` +
      `memory ${(peak / 1e6).toFixed(0)} MB at its peak, ${(before / 1e6).toFixed(0)} MB before it began`,
  );
} finally {
  await rm(folder, { recursive: true });
}

async function writeDigests(): Promise<void> {
  let previous: { key: string; sha256: string; signature: string } | undefined;
  for (let hour = 0; hour < hours; hour += 1) {
    const [from, to] = [START + hour * HOUR, START + (hour + 1) * HOUR];
    const key = keyOfDigest(to);
    const text = JSON.stringify({
      awsAccountId: ACCOUNT,
      digestStartTime: iso(from),
      digestEndTime: iso(to),
      digestS3Bucket: BUCKET,
      digestS3Object: key,
      digestPublicKeyFingerprint: sampleFingerprint(),
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: iso(from),
      oldestEventTime: iso(from),
      previousDigestS3Bucket: previous === undefined ? null : BUCKET,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous?.sha256 ?? null,
      previousDigestHashAlgorithm: previous === undefined ? null : 'SHA-256',
      previousDigestSignature: previous?.signature ?? null,
      logFiles: logFilesOf(hour).map((s3Object) => ({
        s3Bucket: BUCKET,
        s3Object,
        hashValue: SHA256,
        hashAlgorithm: 'SHA-256',
        newestEventTime: iso(from),
        oldestEventTime: iso(from),
      })),
    });
    const hash = sha256(text);
    const signature = signSample(
      [iso(to), `${BUCKET}/${key}`, hash, previous?.signature ?? 'null'].join('\n'),
    );
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), gzipSync(text));
    await writeFile(join(folder, `${key}.signature`), signature);
    previous = { key, sha256: hash, signature };
  }
}

/** Digests from disk, log files from nowhere. */
function store(): EvidenceStore {
  const digests = new DirectoryEvidence(folder);
  const account = `AWSLogs/${ACCOUNT}/`;
  return {
    bucket: BUCKET,
    async *list(prefix) {
      if (prefix !== `${account}CloudTrail/`) {
        for await (const key of digests.list(prefix)) if (!key.endsWith('.signature')) yield key;
        return;
      }
      for (let hour = 0; hour < hours; hour += 1) yield* logFilesOf(hour);
    },
    folders: async (prefix) => {
      const folders = await digests.folders(prefix);
      return prefix === account ? [...folders, `${account}CloudTrail/`] : folders;
    },
    read: async (key) => {
      if (!key.includes('CloudTrail-Digest')) return { bytes: STORED, signature: undefined };
      const found = await digests.read(key);
      return found && { ...found, signature: await readFile(join(folder, `${key}.signature`), 'utf8') };
    },
  };
}

/** In the order of their names. */
function logFilesOf(hour: number): string[] {
  const time = START + hour * HOUR;
  const stamp = iso(time).replaceAll(/[-:]/g, '').replace(/00Z$/, 'Z');
  const day = iso(time).slice(0, 10).replaceAll('-', '/');
  return Array.from({ length: PER_HOUR }, (_, i) => {
    const random = String(i).padStart(16, '0');
    return `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/${day}/${ACCOUNT}_CloudTrail_${REGION}_${stamp}_${random}.json.gz`;
  });
}

function keyOfDigest(end: number): string {
  const place = { root: 'AWSLogs/', account: ACCOUNT, region: REGION, trail: 'bench', homeRegion: REGION };
  return digestKey({ ...place, endTime: iso(end), backfill: false });
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
