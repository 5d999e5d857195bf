import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { OCSF_CLASSES, ocsfEvents, type OcsfEvent } from '../support/ocsf.ts';
import { hasSharedData, SHARED_DATA } from '../support/shared-data.ts';
import { DIFFERENCES, type Difference } from './ocsf-differences.ts';

const PAIRS = join(SHARED_DATA, 'expected', 'securitylake_ocsf');

interface Pair {
  readonly name: string;
  readonly theirs: Leaves;
  readonly ours: Leaves;
}

/** A value by its path. */
type Leaves = ReadonlyMap<string, string>;

// Security Lake's output, which is not in the repository.
describe.skipIf(!hasSharedData).each(Object.entries(DIFFERENCES))(
  'records and what Security Lake made of them, %s (skipped where ../shared/data is absent)',
  (version, differences) => {
    let root: string;
    let pairs: readonly Pair[];

    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), 'trailseal-ocsf-pairs-'));
      pairs = await readPairs(root, version);
    });

    afterAll(async () => {
      await rm(root, { recursive: true });
    });

    it('are eleven pairs and more', () => {
      expect(pairs.length).toBeGreaterThanOrEqual(11);
    });

    it('differ in what is listed, and in nothing else', () => {
      expect(differing(pairs).filter((one) => !differences.some((listed) => allows(listed, one)))).toEqual(
        [],
      );
    });

    it('differ in everything that is listed', () => {
      const found = differing(pairs);
      const unused = differences.filter((listed) => !found.some((one) => allows(listed, one)));
      expect(unused.map(({ field }) => String(field))).toEqual([]);
    });
  },
);

interface Differing {
  readonly name: string;
  readonly field: string;
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
}

function differing(pairs: readonly Pair[]): readonly Differing[] {
  return pairs.flatMap(({ name, theirs, ours }) =>
    [...new Set([...theirs.keys(), ...ours.keys()])]
      .map((field) => ({ name, field, theirs: theirs.get(field), ours: ours.get(field) }))
      .filter((field) => field.theirs !== field.ours),
  );
}

function allows({ field, only }: Difference, found: Differing): boolean {
  const matches = typeof field === 'string' ? field === found.field : field.test(found.field);
  return matches && (only === undefined || only.includes(found.name));
}

async function readPairs(root: string, version: string): Promise<readonly Pair[]> {
  const names = (await readdir(PAIRS))
    .filter((file) => file.startsWith(`${version}__`) && file.endsWith('.input.json'))
    .map((file) => file.slice(version.length + 2, -'.input.json'.length));
  const file = (name: string, kind: string) => join(PAIRS, `${version}__${name}.${kind}.json`);
  for (const name of names) await cp(file(name, 'input'), join(root, 'logs', `${name}.json`));
  await ingestFolder([join(root, 'logs')], join(root, 'lake'));
  const ours = await eventsById(join(root, 'lake'));
  return await Promise.all(
    names.map(async (name) => {
      const [event] = JSON.parse(await readFile(file(name, 'expected'), 'utf8')) as OcsfEvent[];
      const theirs = leaves({
        ...event,
        unmapped: Object.fromEntries(event?.['unmapped'] as [string, string][]),
      });
      return { name, theirs, ours: leaves(ours.get(theirs.get('metadata.uid') ?? '')) };
    }),
  );
}

async function eventsById(root: string): Promise<ReadonlyMap<string, OcsfEvent>> {
  using lake = await DuckdbLake.open(root);
  const events: OcsfEvent[] = [];
  for (const name of OCSF_CLASSES) events.push(...(await ocsfEvents(lake, name)));
  return new Map(events.map((event) => [leaves(event).get('metadata.uid') ?? '', event]));
}

const AT_SECONDS = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.000)?(?:Z|\+00:00)?$/;

function leaves(value: unknown, path = '', found = new Map<string, string>()): Leaves {
  if (value === null || value === undefined) return found;
  if (typeof value === 'object') {
    for (const [name, field] of Object.entries(value)) {
      leaves(field, path === '' ? name : `${path}.${name}`, found);
    }
    return found;
  }
  return found.set(path, `${value as string | number | boolean}`.replace(AT_SECONDS, '$1T$2Z'));
}
