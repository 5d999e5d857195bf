import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DirectorySource } from '../../shared/adapters/directory-source.ts';
import { S3Source } from '../../shared/adapters/s3-source.ts';
import { emptyBucket, emulatedAws } from '../support/emulated-aws.ts';
import { logFileSourceContract } from '../support/log-file-source-contract.ts';
import { MemorySource } from '../support/memory-source.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';

emulatedAws();

logFileSourceContract('MemorySource', async () => {
  const files = new Map<string, Uint8Array>();
  return await Promise.resolve({
    source: new MemorySource(files),
    write: (key, bytes) => void files.set(key, Buffer.from(bytes)),
    remove: (key) => void files.delete(key),
  });
});

logFileSourceContract('DirectorySource', async () => {
  const folder = await scratchFolder();
  return {
    source: new DirectorySource([folder], join(folder, 'lake')),
    write: async (key, bytes) => {
      await writeFiles(folder, [[key, bytes]]);
    },
    remove: async (key) => {
      await rm(join(folder, key));
    },
  };
});

logFileSourceContract('S3Source', async () => {
  const bucket = await emptyBucket();
  const client = new S3Client({ forcePathStyle: true });
  return {
    source: new S3Source(bucket, '', { pathStyle: true }),
    write: async (key, bytes) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
});
