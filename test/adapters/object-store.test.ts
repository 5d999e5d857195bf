import { join } from 'node:path';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { emptyBucket, emulatedAws } from '../support/emulated-aws.ts';
import { objectStoreContract } from '../support/object-store-contract.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

emulatedAws();

objectStoreContract('MemoryStore', () => new MemoryStore());
objectStoreContract('DirectoryStore', async () => new DirectoryStore(join(await scratchFolder(), 'lake')));
objectStoreContract('S3Store', async () => new S3Store(await emptyBucket(), { pathStyle: true }));
