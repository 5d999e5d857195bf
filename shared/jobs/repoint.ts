import { compactedPrefix, type GenerationRef, type Partition } from '../core/lake-keys.ts';
import { generationsOf, readCompaction } from './generations.ts';
import type { ObjectStore } from './ports.ts';
import { CatalogueError, isSameFolder, type Catalogue } from './register-partitions.ts';

export interface RepointPorts {
  readonly lake: Pick<ObjectStore, 'get' | 'list'>;
  readonly catalogue: Catalogue;
  /** URL of the lake, without a slash at the end. */
  readonly root: string;
}

/** Rounds until two who repoint at once agree: each looks again after it has moved the partition. */
const ROUNDS = 10;

/**
 * Has queries find the partition where its newest generation lies. One update of the catalogue moves it: a query sees the place before or the
 * place after. Whoever moves it looks afterwards whether a newer generation has come meanwhile, so that the last one to
 * move it knows of the newest. Returns whether it lay elsewhere before. Throws `CatalogueError`.
 */
export async function repoint(partition: Partition, ports: RepointPorts): Promise<boolean> {
  const { catalogue, root } = ports;
  let moved = false;
  for (let round = 0; round < ROUNDS; round += 1) {
    const wanted = await folderOfNewest(partition, ports);
    if (wanted === undefined) return moved;
    const one = { partition, location: `${root}/${wanted}` };
    const [found] = await catalogue.locations([partition]);
    if (found !== undefined && isSameFolder(found, one.location)) return moved;
    const [outcome] = found === undefined ? await catalogue.add([one]) : await catalogue.move([one]);
    if (outcome?.kind === 'refused') throw outcome.error;
    // Added or removed by somebody else meanwhile, it is looked at once more.
    moved ||= outcome?.kind === 'moved' || outcome?.kind === 'added';
  }
  throw new CatalogueError(
    'unavailable',
    `${partition.account} ${partition.region} is moved to and fro by others`,
  );
}

async function folderOfNewest(partition: Partition, { lake }: RepointPorts): Promise<string | undefined> {
  const { newest } = await generationsOf(lake, partition);
  const one: GenerationRef = { partition, generation: newest };
  const receipts = newest === 0 ? undefined : await readCompaction(lake, one);
  return receipts && compactedPrefix(one, receipts.plan);
}
