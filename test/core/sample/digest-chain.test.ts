import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SAMPLE_BUCKET } from '../../../shared/core/sample/digest-chain.ts';
import { deliveredAt, read, sample } from './read-sample.ts';

interface Digest {
  readonly awsAccountId: string;
  readonly digestStartTime: string;
  readonly digestEndTime: string;
  readonly digestS3Object: string;
  readonly newestEventTime: string | null;
  readonly previousDigestS3Bucket: string | null;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestHashAlgorithm: string | null;
  readonly previousDigestSignature: string | null;
  readonly logFiles: readonly {
    readonly s3Bucket: string;
    readonly s3Object: string;
    readonly hashValue: string;
    readonly hashAlgorithm: string;
  }[];
}

const FILES = sample({ hours: 5, eventsPerHour: 1500 }).map(read);
const LOGS = new Map(
  FILES.filter((file) => file.folder !== 'CloudTrail-Digest').map((file) => [file.key, file]),
);
const DIGESTS = FILES.filter((file) => file.folder === 'CloudTrail-Digest').map((file) => ({
  key: file.key,
  sha256: sha256(file.text),
  content: JSON.parse(file.text) as Digest,
}));

describe('the digests of a sample', () => {
  it('list every log file once', () => {
    const listed = DIGESTS.flatMap(({ content }) => content.logFiles.map((file) => file.s3Object));
    expect(listed.sort()).toEqual([...LOGS.keys()].sort());
  });

  it('list the log files of their own hour, account and region, with the hash of the uncompressed bytes', () => {
    for (const { key, content } of DIGESTS) {
      const [, account, , region] = key.split('/');
      expect(content.awsAccountId).toBe(account);
      for (const file of content.logFiles) {
        const log = LOGS.get(file.s3Object);
        expect(file).toMatchObject({
          s3Bucket: SAMPLE_BUCKET,
          hashAlgorithm: 'SHA-256',
          hashValue: sha256(log?.text ?? ''),
        });
        expect(file.s3Object.split('/')[3]).toBe(region);
        expect(deliveredAt(file.s3Object)).toBeGreaterThanOrEqual(Date.parse(content.digestStartTime));
        expect(deliveredAt(file.s3Object)).toBeLessThan(Date.parse(content.digestEndTime));
      }
    }
  });

  it('name themselves by their end, with their trail between the regions', () => {
    for (const { key, content } of DIGESTS) {
      expect(content.digestS3Object).toBe(key);
      expect(deliveredAt(key)).toBe(Date.parse(content.digestEndTime));
      expect(key).toMatch(
        /_CloudTrail-Digest_[a-z0-9-]+_(?:org-audit|security-team)_us-east-1_\d{8}T\d{6}Z\.json\.gz$/,
      );
    }
  });

  it('form one chain for each trail, account and region, hour after hour', () => {
    const chains = Map.groupBy(DIGESTS, ({ key }) =>
      key.replace(/_\d{8}T\d{6}Z.*/, '').replace(/\/\d{4}\/.*\//, '/'),
    );
    expect(chains.size).toBe(3 * 4 * 2);
    for (const chain of chains.values()) {
      expect(chain.length).toBeGreaterThan(5);
      expect(chain[0]?.content).toMatchObject({
        previousDigestS3Bucket: null,
        previousDigestS3Object: null,
        previousDigestHashValue: null,
        previousDigestHashAlgorithm: null,
        previousDigestSignature: null,
      });
      for (const [i, { content }] of chain.slice(1).entries()) {
        const before = chain[i];
        expect(content.previousDigestS3Object).toBe(before?.key);
        expect(content.previousDigestHashValue).toBe(before?.sha256);
        expect(content.previousDigestSignature).toMatch(/^[0-9a-f]{512}$/);
        expect(content.digestStartTime).toBe(before?.content.digestEndTime);
      }
    }
  });

  it('are written for an empty hour too', () => {
    const empty = DIGESTS.filter(({ content }) => content.logFiles.length === 0);
    expect(empty.length).toBeGreaterThan(0);
    for (const { content } of empty) expect(content.newestEventTime).toBeNull();
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
