import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What judges a digest must not be what made it: a mistake of the one would be the other's too. */

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What both may use: formats, names and plumbing; nothing that decides what a digest says or whether it is right. */
const SHARED: ReadonlySet<string> = new Set([
  'shared/core/digest-key.ts', // names of digests, built and parsed in one place, tested as inverses
  'shared/core/gunzip.ts', // RFC 1952
  'shared/core/lake-format.ts', // receipts, as stored
  'shared/core/lake-keys.ts', // names of the lake's objects
  'shared/core/seal-format.ts', // the field of ours, as stored
  'shared/core/sha256.ts', // node:crypto, in hex
  'shared/core/unreadable.ts', // an error class
  'shared/jobs/map-ahead.ts', // concurrency
]);

const IMPORT = /^(?:import|export)(?! type\b)[^;]*?from\s+'([^']+)'/gm;

/** Files whose code runs when this one is used. Imports of types leave nothing. */
function codeOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(ROOT, file), 'utf8');
  for (const [, name = ''] of text.matchAll(IMPORT))
    if (name.startsWith('.')) codeOf(posix.join(posix.dirname(file), name), seen);
  return seen;
}

describe('verification', () => {
  it.each(['shared/jobs/verify.ts', 'shared/jobs/verify-hourly.ts', 'shared/jobs/verify-seals.ts'])(
    'in %s shares no code with sealing but formats and names',
    (file) => {
      const sealing = codeOf('shared/jobs/seal.ts');
      const both = [...codeOf(file)].filter((one) => sealing.has(one));
      expect(both.filter((one) => !SHARED.has(one))).toEqual([]);
    },
  );

  it('is looked into through all imports', () => {
    expect(codeOf('shared/jobs/seal.ts')).toContain('shared/core/sealed-digest.ts');
    expect(codeOf('shared/jobs/verify.ts')).toContain('shared/core/digest-checks.ts');
  });
});
