import { describe, expect, it } from 'vitest';
import { MemoryCatalogue } from '../../shared/adapters/memory-catalogue.ts';
import { CatalogueError, PartitionRegistrar, type Catalogue } from '../../shared/jobs/register-partitions.ts';
import { partitionOf } from '../support/catalogue-contract.ts';

const PARTITIONS = [1, 2, 3].map(partitionOf);

/** A catalogue that counts what it is asked, and breaks as it is told. */
function watched(
  catalogue: Catalogue,
  breaks: (call: string, number: number) => 'lost' | 'applied' | undefined,
) {
  const calls = { add: 0, locations: 0, partitions: 0 };
  const through = async <T>(call: 'add' | 'locations', work: () => Promise<T>): Promise<T> => {
    calls[call] += 1;
    const fault = breaks(call, calls[call]);
    if (fault === 'lost') throw new CatalogueError('unavailable', 'injected');
    const result = await work();
    if (fault === 'applied') throw new CatalogueError('unavailable', 'injected');
    return result;
  };
  const port: Pick<Catalogue, 'add' | 'locations'> = {
    add: async (partitions) => {
      calls.partitions += partitions.length;
      return await through('add', async () => await catalogue.add(partitions));
    },
    locations: async (partitions) =>
      await through('locations', async () => await catalogue.locations(partitions)),
  };
  return { port, calls };
}

function kindsOf(outcomes: ReadonlyMap<string, { readonly kind: string }>): string[] {
  return [...outcomes.values()].map(({ kind }) => kind);
}

describe('registering partitions', () => {
  it('asks for each once, however many files there are and however often they come', async () => {
    const { port, calls } = watched(new MemoryCatalogue(), () => undefined);
    const registrar = new PartitionRegistrar(port, 's3://lake', Date.now);
    const files = Array.from({ length: 500 }, (_, i) => partitionOf(1 + (i % 3)));
    expect(kindsOf(await registrar.register(files))).toEqual(['added', 'added', 'added']);
    expect(kindsOf(await registrar.register(files))).toEqual(['known', 'known', 'known']);
    await registrar.register([partitionOf(4), ...files]);
    expect(calls).toEqual({ add: 2, locations: 0, partitions: 4 });
  });

  it.each(['lost', 'applied'] as const)(
    'with a call that is %s and reported failed is right at the next try',
    async (fault) => {
      for (const call of ['add', 'locations']) {
        const catalogue = new MemoryCatalogue();
        // Somebody else was here first with one of them, so that both calls are made.
        await new PartitionRegistrar(catalogue, 's3://lake', Date.now).register(PARTITIONS.slice(0, 1));
        const { port } = watched(catalogue, (made, number) =>
          made === call && number === 1 ? fault : undefined,
        );
        const registrar = new PartitionRegistrar(port, 's3://lake', Date.now);
        const first = kindsOf(await registrar.register(PARTITIONS));
        expect(first).toContain('failed');
        const second = kindsOf(await registrar.register(PARTITIONS));
        expect(second).not.toContain('failed');
        expect(await catalogue.locations(PARTITIONS)).not.toContain(undefined);
      }
    },
  );

  it('asks again after an hour, for somebody may have dropped it', async () => {
    let now = 0;
    const { port, calls } = watched(new MemoryCatalogue(), () => undefined);
    const registrar = new PartitionRegistrar(port, 's3://lake', () => now);
    for (const minutes of [0, 30, 59, 61, 90]) {
      now = minutes * 60_000;
      await registrar.register(PARTITIONS);
    }
    expect(calls.add).toBe(2);
  });

  it('fails one that the catalogue gave no answer about', async () => {
    const silent: Pick<Catalogue, 'add' | 'locations'> = {
      add: () => Promise.resolve([]),
      locations: () => Promise.resolve([]),
    };
    const outcomes = await new PartitionRegistrar(silent, 's3://lake', Date.now).register(PARTITIONS);
    expect(kindsOf(outcomes)).toEqual(['failed', 'failed', 'failed']);
  });

  it('fails one that lies elsewhere, names both places, and does not hold up the others', async () => {
    const catalogue = new MemoryCatalogue();
    await catalogue.add([{ partition: partitionOf(1), location: 's3://moved/' }]);
    const registrar = new PartitionRegistrar(catalogue, 's3://lake', Date.now);
    for (const others of ['added', 'known']) {
      const outcomes = await registrar.register(PARTITIONS);
      expect(kindsOf(outcomes).sort()).toEqual(['failed', others, others].sort());
      const [error] = [...outcomes.values()].flatMap((one) => (one.kind === 'failed' ? [one.error] : []));
      expect(error).toMatchObject({
        code: 'elsewhere',
        message: expect.stringContaining('s3://moved/') as string,
      });
      expect(error).toMatchObject({
        message: expect.stringContaining('s3://lake/events/account=') as string,
      });
    }
    expect(await catalogue.locations([partitionOf(1)])).toEqual(['s3://moved/']);
  });

  it('fails one that the catalogue refuses, alone', async () => {
    const memory = new MemoryCatalogue();
    const refusing: Pick<Catalogue, 'add' | 'locations'> = {
      add: async (partitions) => {
        const outcomes = await memory.add(partitions.slice(1));
        return [{ kind: 'refused', error: new CatalogueError('refused', 'too long') }, ...outcomes];
      },
      locations: async (partitions) => await memory.locations(partitions),
    };
    const outcomes = await new PartitionRegistrar(refusing, 's3://lake', Date.now).register(PARTITIONS);
    expect(kindsOf(outcomes)).toEqual(['failed', 'added', 'added']);
  });
});
