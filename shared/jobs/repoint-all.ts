import { COMPACTIONS, parseCompactionKey, partitionPrefix, type Partition } from '../core/lake-keys.ts';
import { repoint, type RepointPorts } from './repoint.ts';

/**
 * Has queries find every partition that has a generation where its newest lies, those too that somebody dropped from the catalogue. `compact`
 * itself looks at partitions that small objects lie in. Returns how many lay elsewhere. Throws `CatalogueError`.
 */
export async function repointAll(ports: RepointPorts): Promise<number> {
  let [last, moved] = ['', 0];
  for await (const key of ports.lake.list(COMPACTIONS)) {
    const partition: Partition | undefined = parseCompactionKey(key)?.partition;
    // Keys of a partition come together.
    if (partition === undefined || partitionPrefix(partition) === last) continue;
    last = partitionPrefix(partition);
    moved += Number(await repoint(partition, ports));
  }
  return moved;
}
