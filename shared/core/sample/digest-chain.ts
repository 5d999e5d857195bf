import { stringToSign, type Digest } from '../digest-file.ts';
import { digestKey } from '../digest-key.ts';
import { isoTime } from '../iso-time.ts';
import { compressed, type SampleFile } from './sample-file.ts';
import { sampleFingerprint, signSample } from './sample-key.ts';

/** The bucket that digests say their log files lie in. */
export const SAMPLE_BUCKET = 'trailseal-sample-logs';

export interface Trail {
  readonly name: string;
  readonly homeRegion: string;
}

interface Previous {
  readonly key: string;
  readonly sha256: string;
  readonly signature: string;
}

/**
 * One trail's hourly digests of one account and region: the log files delivered in `[start, end)`, each once, with the true
 * hashes, linked to the digest before.
 *
 * Hashes, links and signatures are real, by the sample's own key. A digest's own signature lives in its object's metadata, which a
 * folder of files can't hold; the next digest holds a copy.
 */
export class DigestChain {
  readonly #trail: Trail;
  readonly #account: string;
  readonly #region: string;
  readonly #fingerprint = sampleFingerprint();
  #previous: Previous | undefined;
  #files: SampleFile[] = [];

  constructor(trail: Trail, account: string, region: string) {
    this.#trail = trail;
    this.#account = account;
    this.#region = region;
  }

  add(file: SampleFile): void {
    this.#files.push(file);
  }

  /** The digest of the hour that ends now, also when nothing was delivered. Times in milliseconds since 1970. */
  close(start: number, end: number): SampleFile {
    const digest = this.#content(start, end);
    const stored = compressed(JSON.stringify(digest));
    const key = digest.digestS3Object;
    const signature = signSample(stringToSign({ digest, sha256: stored.sha256 }));
    this.#previous = { key, sha256: stored.sha256, signature };
    this.#files = [];
    const folder = 'CloudTrail-Digest';
    return { key, records: 0, folder, ...stored, oldestEventTime: null, newestEventTime: null };
  }

  #content(start: number, end: number): Digest {
    const previous = this.#previous;
    const times = this.#files.flatMap((file) => [file.oldestEventTime, file.newestEventTime]);
    const sorted = times.filter((time) => time !== null).sort();
    return {
      awsAccountId: this.#account,
      digestStartTime: isoTime(start),
      digestEndTime: isoTime(end),
      digestS3Bucket: SAMPLE_BUCKET,
      digestS3Object: this.#key(end),
      digestPublicKeyFingerprint: this.#fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: sorted.at(-1) ?? null,
      oldestEventTime: sorted[0] ?? null,
      previousDigestS3Bucket: previous === undefined ? null : SAMPLE_BUCKET,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous?.sha256 ?? null,
      previousDigestHashAlgorithm: previous === undefined ? null : 'SHA-256',
      previousDigestSignature: previous?.signature ?? null,
      logFiles: this.#files.map((file) => ({
        s3Bucket: SAMPLE_BUCKET,
        s3Object: file.key,
        hashValue: file.sha256,
        hashAlgorithm: 'SHA-256',
        newestEventTime: file.newestEventTime,
        oldestEventTime: file.oldestEventTime,
      })),
    };
  }

  #key(end: number): string {
    const { name: trail, homeRegion } = this.#trail;
    const [account, region, endTime] = [this.#account, this.#region, isoTime(end)];
    return digestKey({ root: 'AWSLogs/', account, region, trail, homeRegion, endTime, backfill: false });
  }
}
