import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { DirectoryEvidence } from '../../shared/adapters/directory-evidence.ts';
import { S3Evidence } from '../../shared/adapters/s3-evidence.ts';
import { emptyBucket, emulatedAws } from '../support/emulated-aws.ts';
import { evidenceContract, KEYS } from '../support/evidence-contract.ts';
import { memoryEvidence } from '../support/memory-evidence.ts';
import { writeFiles } from '../support/scratch-folder.ts';

emulatedAws();

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function bucketHolding(keys: readonly string[]): Promise<string> {
  const [bucket, s3] = [await emptyBucket(), new S3Client({ forcePathStyle: true })];
  const put = (Key: string): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key, Metadata: { signature: 'abcd' } }));
  await Promise.all(keys.map(put));
  return bucket;
}

function inMemory(keys: readonly string[], bucket: string | undefined): ReturnType<typeof memoryEvidence> {
  const objects = keys.map((key) => [key, { bytes: Buffer.from(key), signature: 'abcd' }] as const);
  return memoryEvidence(new Map(objects), bucket);
}

evidenceContract('memory as a bucket', (keys) => Promise.resolve(inMemory(keys, 'bucket')));
evidenceContract('memory as a folder', (keys) => Promise.resolve(inMemory(keys, undefined)));
evidenceContract('a directory', async (keys) => {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-evidence-'));
  folders.push(folder);
  await writeFiles(
    folder,
    keys.map((key) => [key, key] as const),
  );
  return new DirectoryEvidence(folder);
});
evidenceContract(
  'an S3 bucket',
  async (keys) => new S3Evidence(await bucketHolding(keys), '', { pathStyle: true }),
);

describe('a part of an S3 bucket', () => {
  it.each([
    ['a/1', ['a/1-', 'a/1/x', 'a/1/y/z', 'a/10/x'], ['a/']],
    ['a/1/', ['a/1/x', 'a/1/y/z'], ['a/']],
    ['b/', [], []],
  ])('named %j shows what begins so, and the folders that lead there', async (prefix, keys, folders) => {
    const store = new S3Evidence(await bucketHolding(KEYS), prefix, { pathStyle: true });
    expect(await Array.fromAsync(store.list(''))).toEqual(keys);
    expect(await Array.fromAsync(store.list('a/', 'a/1/x'))).toEqual(keys.filter((key) => key > 'a/1/x'));
    expect(await Array.fromAsync(store.list('aa/'))).toEqual([]);
    expect(await store.folders('')).toEqual(folders);
    expect(await store.folders('aa/')).toEqual([]);
  });
});
