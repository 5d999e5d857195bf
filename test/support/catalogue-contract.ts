import { describe, expect, it } from 'vitest';
import { compactedPrefix, type Partition } from '../../shared/core/lake-keys.ts';
import {
  PartitionRegistrar,
  type Catalogue,
  type RegistrationOutcome,
} from '../../shared/jobs/register-partitions.ts';

/** Some partition; each number has its own. */
export function partitionOf(number: number): Partition {
  const day = String(1 + (number % 28)).padStart(2, '0');
  const account = String(111_122_223_333 + Math.floor(number / 28));
  return { account, region: 'eu-west-1', year: '2026', month: '11', day };
}

/** What every catalogue must do. `empty` makes a fresh one. */
export function catalogueContract(name: string, empty: () => Promise<Catalogue>): void {
  describe(`${name}, as a catalogue of partitions`, () => {
    const located = (number: number, location = `s3://lake/${number}/`) => ({
      partition: partitionOf(number),
      location,
    });

    it('knows nothing at first', async () => {
      const catalogue = await empty();
      expect(await catalogue.locations([partitionOf(1), partitionOf(2)])).toEqual([undefined, undefined]);
      expect(await catalogue.locations([])).toEqual([]);
      expect(await catalogue.add([])).toEqual([]);
    });

    it('adds what is new and leaves what is there as it is, each with its own outcome', async () => {
      const catalogue = await empty();
      expect(await catalogue.add([located(1), located(2)])).toEqual([{ kind: 'added' }, { kind: 'added' }]);
      const again = await catalogue.add([located(3), located(2, 's3://elsewhere/'), located(1)]);
      expect(again).toEqual([{ kind: 'added' }, { kind: 'exists' }, { kind: 'exists' }]);
      const found = await catalogue.locations([partitionOf(2), partitionOf(9), partitionOf(3)]);
      expect(found).toEqual(['s3://lake/2/', undefined, 's3://lake/3/']);
    });

    it('moves what is there, each with its own outcome, and leaves the others as they are', async () => {
      const catalogue = await empty();
      await catalogue.add([located(1), located(2)]);
      const moved = await catalogue.move([located(2, 's3://lake/new/'), located(3)]);
      expect(moved).toEqual([{ kind: 'moved' }, { kind: 'missing' }]);
      const found = await catalogue.locations([partitionOf(1), partitionOf(2), partitionOf(3)]);
      expect(found).toEqual(['s3://lake/1/', 's3://lake/new/', undefined]);
      expect(await catalogue.move([])).toEqual([]);
    });

    it('takes more at once than any single call of a service does', async () => {
      const catalogue = await empty();
      const many = Array.from({ length: 1234 }, (_, i) => located(i));
      await catalogue.add(many.slice(0, 50));
      const outcomes = await catalogue.add(many);
      expect(outcomes.map(({ kind }) => kind)).toEqual(many.map((_, i) => (i < 50 ? 'exists' : 'added')));
      const found = await catalogue.locations(many.map(({ partition }) => partition));
      expect(found).toEqual(many.map(({ location }) => location));
      const moved = many.map(({ partition, location }) => ({ partition, location: `${location}moved/` }));
      expect((await catalogue.move(moved)).every(({ kind }) => kind === 'moved')).toBe(true);
      const last = moved.at(-1) ?? located(0);
      expect(await catalogue.locations([last.partition])).toEqual([last.location]);
    });

    it('registers a partition once, whoever asks, and tells of one that lies elsewhere', async () => {
      const catalogue = await empty();
      const register = async (): Promise<string[]> =>
        [
          ...(
            await new PartitionRegistrar(catalogue, 's3://lake', Date.now).register([partitionOf(1)])
          ).values(),
        ].map(({ kind }) => kind);
      expect(await register()).toEqual(['added']);
      expect(await register()).toEqual(['known']);
      const other = await new PartitionRegistrar(catalogue, 's3://other', Date.now).register([
        partitionOf(1),
      ]);
      expect([...other.values()]).toMatchObject([{ kind: 'failed', error: { code: 'elsewhere' } }]);
    });

    it('knows a partition that compaction has moved, and no other place below its folder', async () => {
      const catalogue = await empty();
      const register = async (): Promise<readonly RegistrationOutcome[]> => {
        const registrar = new PartitionRegistrar(catalogue, 's3://lake', Date.now);
        return [...(await registrar.register([partitionOf(1)])).values()];
      };
      await register();
      const move = async (number: number, root = 's3://lake'): Promise<void> => {
        const generation = { partition: partitionOf(number), generation: 2 };
        const location = `${root}/${compactedPrefix(generation, '0123456789abcdef0123')}`;
        await catalogue.move([{ partition: partitionOf(1), location }]);
      };
      await move(1);
      expect(await register()).toEqual([{ kind: 'known' }]);
      await move(2);
      expect(await register()).toMatchObject([{ kind: 'failed', error: { code: 'elsewhere' } }]);
      await move(1, 's3://other');
      expect(await register()).toMatchObject([{ kind: 'failed', error: { code: 'elsewhere' } }]);
    });
  });
}
