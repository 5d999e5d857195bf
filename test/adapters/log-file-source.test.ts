import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorySource } from '../../shared/adapters/directory-source.ts';
import { logFileSourceContract } from '../support/log-file-source-contract.ts';
import { MemorySource } from '../support/memory-source.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';

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
