import { join } from 'node:path';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { objectStoreContract } from '../support/object-store-contract.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

objectStoreContract('MemoryStore', () => new MemoryStore());
objectStoreContract('DirectoryStore', async () => new DirectoryStore(join(await scratchFolder(), 'lake')));
