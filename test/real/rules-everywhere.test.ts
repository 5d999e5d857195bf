import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../shared/core/query-result.ts';
import { RECORD } from '../../shared/core/record-shape.ts';
import { compileEventPattern } from '../../shared/core/rules/event-pattern.ts';
import type { Predicate } from '../../shared/core/rules/predicate.ts';
import { rulesOfFiles } from '../../shared/core/rules/rule-of-file.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { knownToLake } from '../support/known-to-lake.ts';
import { allVerdicts, LakeTable, seenTwice, type SeenTwice } from '../support/rule-verdicts.ts';
import { hasSharedData, SHARED_DATA } from '../support/shared-data.ts';

const SOURCES = ['records', 'delivered'].map((name) => join(SHARED_DATA, name));
const OURS = new URL('../../rules', import.meta.url).pathname;
const SIGMA = join(SHARED_DATA, 'sigma');

// The real records are licensed data that is not in the repository.
describe.skipIf(!hasSharedData)('rules on all real records (skipped where ../shared/data is absent)', () => {
  let root: string;
  let lake: LakeTable;
  let seen: SeenTwice;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'trailseal-rules-'));
    await ingestFolder(SOURCES, root);
    lake = await LakeTable.load(root);
    seen = await seenTwice(SOURCES, lake);
  });

  afterAll(async () => {
    lake[Symbol.dispose]();
    await rm(root, { recursive: true });
  });

  it('come back from the lake as they were, but for what a text column cannot tell', () => {
    expect(seen.stream.size).toBe(seen.rebuilt.size);
    const changed = new Set<string>();
    for (const [position, { value }] of seen.stream) {
      const rebuilt = seen.rebuilt.get(position)?.value ?? {};
      differences(knownToLake(value, RECORD), rebuilt, '', (path) => changed.add(path));
    }
    expect([...changed]).toEqual(ONLY_TEXT);
  });

  it.each([
    ['our rules', OURS],
    ['the public Sigma rules', SIGMA],
  ])('%s select the same in the stream, of the lake and in SQL', async (_, folder) => {
    const rules = await rulesIn(folder);
    const verdicts = await allVerdicts(
      rules.map(([, predicate]) => predicate),
      seen,
      lake,
    );
    let selected = 0;
    for (const [i, { stream, rebuilt, sql, noSql }] of verdicts.entries()) {
      const [name] = rules[i] ?? [''];
      expect({ rebuilt, sql: noSql ?? sql }, name).toEqual({ rebuilt: stream, sql: stream });
      selected += stream.length;
    }
    expect(rules.length).toBeGreaterThan(30);
    expect(selected).toBeGreaterThan(100);
  });

  it('which have some booleans as texts, and some as booleans, are found by either, everywhere', async () => {
    const spelt = (kind: string): string[] =>
      [...seen.stream].flatMap(([position, { value }]) =>
        typeof value['sessionCredentialFromConsole'] === kind ? [position] : [],
      );
    const all = spelt('string').concat(spelt('boolean')).sort();
    const patterns = [['true'], [true], [{ exists: true }], [{ 'anything-but': 'false' }]];
    const verdicts = await allVerdicts(
      patterns.map((values) => compileEventPattern({ sessionCredentialFromConsole: values })),
      seen,
      lake,
    );
    expect(spelt('string').length).toBeGreaterThan(100);
    expect(spelt('boolean').length).toBeGreaterThan(10);
    expect(verdicts).toEqual(patterns.map(() => ({ stream: all, rebuilt: all, sql: all })));
  });
});

const ONLY_TEXT = ['.resources.arn: only the stream', '.resources.ARN: only the lake'];

async function rulesIn(folder: string): Promise<[string, Predicate][]> {
  const paths = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    paths
      .filter((path) => path.endsWith('.yml'))
      .map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })),
  );
  return rulesOfFiles(files).rules.map(({ path, rule }) => [path, rule.predicate]);
}

function differences(
  a: JsonValue,
  b: JsonValue | undefined,
  path: string,
  found: (path: string) => void,
): void {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) {
    if (a !== b) found(`${path}: ${typeof a} ${typeof b}`);
    return;
  }
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const step = Array.isArray(a) ? path : `${path}.${name}`;
    const [one, other] = [left.get(name), right.get(name)];
    if (one === undefined || other === undefined)
      found(`${step}: ${one === undefined ? 'only the lake' : 'only the stream'}`);
    else differences(one, other, step, found);
  }
}
