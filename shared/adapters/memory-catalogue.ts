import { partitionPrefix, type Partition } from '../core/lake-keys.ts';
import type { AddOutcome, Catalogue, CataloguedPartition, MoveOutcome } from '../jobs/register-partitions.ts';

/** A catalogue in memory: for tests, and for showing what the port means. */
export class MemoryCatalogue implements Catalogue {
  readonly #locations = new Map<string, string>();

  add(partitions: readonly CataloguedPartition[]): Promise<readonly AddOutcome[]> {
    return Promise.resolve(
      partitions.map(({ partition, location }) => {
        const name = partitionPrefix(partition);
        if (this.#locations.has(name)) return { kind: 'exists' };
        this.#locations.set(name, location);
        return { kind: 'added' };
      }),
    );
  }

  move(partitions: readonly CataloguedPartition[]): Promise<readonly MoveOutcome[]> {
    return Promise.resolve(
      partitions.map(({ partition, location }) => {
        const name = partitionPrefix(partition);
        if (!this.#locations.has(name)) return { kind: 'missing' };
        this.#locations.set(name, location);
        return { kind: 'moved' };
      }),
    );
  }

  locations(partitions: readonly Partition[]): Promise<readonly (string | undefined)[]> {
    return Promise.resolve(partitions.map((partition) => this.#locations.get(partitionPrefix(partition))));
  }
}
