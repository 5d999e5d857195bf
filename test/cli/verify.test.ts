import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/core/finding.ts';
import { emulatedAws, emptyBucket } from '../support/emulated-aws.ts';
import { trailseal } from '../support/run-cli.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';
import { answerOf, CLOUDTRAIL, SignedTrail } from '../support/signed-trail.ts';

const env = emulatedAws();

/** As `aws cloudtrail list-public-keys` prints it. */
async function keysFile(folder: string): Promise<string> {
  const { value, validFrom, validTo } = answerOf(CLOUDTRAIL);
  const [ValidityStartTime, ValidityEndTime] = [validFrom, validTo].map((time) =>
    new Date(time).toISOString(),
  );
  const key = { Value: value, ValidityStartTime, ValidityEndTime, Fingerprint: CLOUDTRAIL.fingerprint };
  const path = join(folder, 'keys.json');
  await writeFile(path, JSON.stringify({ PublicKeyList: [key] }));
  return path;
}

describe('trailseal verify', () => {
  it('finds a downloaded copy whole, and names the log file that was edited in another', async () => {
    const folder = await scratchFolder();
    const keys = await keysFile(folder);
    const trail = new SignedTrail();
    const files = [...trail.objects].map(([key, { bytes }]) => [`copy/${key}`, bytes] as const);
    await writeFiles(folder, files);
    const whole = await trailseal(['verify', join(folder, 'copy'), '--public-keys', keys]);
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toContain('1 chain, 6 digests, 10 log files');
    expect(whole.stdout).toContain('no alarm');

    const [edited = ''] = trail.logFiles;
    await writeFiles(folder, [[`copy/${edited}`, trail.objects.get(trail.logFiles[1] ?? '')?.bytes ?? '']]);
    const changed = await trailseal(['verify', join(folder, 'copy'), '--public-keys', keys]);
    expect(changed.code).toBe(4);
    expect(changed.stdout).toContain('alarm: log-file-changed (1)');
    expect(changed.stdout).toContain(edited);
  });

  it('verifies a bucket with its signatures, and prints findings as JSON', async () => {
    const folder = await scratchFolder();
    const [keys, bucket] = [await keysFile(folder), await emptyBucket()];
    const trail = new SignedTrail(6, undefined, bucket);
    const s3 = new S3Client({ forcePathStyle: true });
    for (const [Key, { bytes, signature }] of trail.objects) {
      const Metadata = signature === undefined ? {} : { signature, 'signature-algorithm': 'SHA256withRSA' };
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytes, Metadata }));
    }
    const args = [
      'verify',
      `s3://${bucket}`,
      '--public-keys',
      keys,
      '--until',
      '2026-11-21T04:30:00Z',
      '--json',
    ];
    const whole = await trailseal(args, env);
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(whole.stdout)).toMatchObject({ chains: 1, digests: 6, logFiles: 10, findings: [] });
    // A year later, without further digests, the trail has stopped or its newest digests are gone.
    const later = await trailseal([...args.slice(0, 5), '2027-11-21T04:30:00Z', '--json'], env);
    expect(later.code).toBe(4);
    expect(JSON.parse(later.stdout)).toMatchObject({
      findings: [{ code: 'digest-too-old', severity: 'alarm' }],
    });
  });

  it('finds a sample whole, with all its trails, regions and late deliveries, and names what somebody did to it', async () => {
    const folder = await scratchFolder();
    const [logs, keys] = [join(folder, 'logs'), join(folder, 'keys.json')];
    const made = await trailseal([
      'sample',
      logs,
      '--hours',
      '3',
      '--events-per-hour',
      '300',
      '--public-keys',
      keys,
    ]);
    expect(made.code).toBe(0);
    const whole = await trailseal(['verify', logs, '--public-keys', keys, '--json']);
    const { findings, chains } = JSON.parse(whole.stdout) as { findings: Finding[]; chains: number };
    // The newest digest of each chain: its signature would be in the bucket.
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      Array(chains).fill('notice digest-signature-missing'),
    );
    expect(chains).toBe(24);

    const [, logFile = ''] = await glob(logs, /\/CloudTrail\/.*\.json\.gz$/);
    await rm(join(logs, logFile));
    const robbed = await trailseal(['verify', logs, '--public-keys', keys]);
    expect(robbed.code).toBe(4);
    expect(robbed.stdout).toContain(`log-file-missing`);
    expect(robbed.stdout).toContain(logFile);
  });

  it('says what it needs', async () => {
    const folder = await scratchFolder();
    await writeFiles(folder, [['keys.json', '{"a":1}']]);
    const none = await trailseal(['verify', folder]);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('--public-keys') as string });
    const wrong = await trailseal(['verify', folder, '--public-keys', join(folder, 'keys.json')]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('list-public-keys') as string });
    const empty = await trailseal(['verify', folder, '--public-keys', await keysFile(folder)]);
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('AWSLogs/') as string });
  });
});

/** Paths below a folder that match. */
async function glob(folder: string, pattern: RegExp): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths.filter((path) => pattern.test(`/${path}`)).sort();
}
