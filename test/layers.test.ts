import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * design.md, "The layers": imports point down only, without cycles, and only adapters know SDKs and the file system. A file's floor
 * is its folder's.
 */

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const FLOORS: readonly (readonly [folder: string, floor: number])[] = [
  ['shared/core/', 0],
  ['shared/jobs/', 1],
  ['shared/adapters/', 2],
  ['functions/', 3],
  ['cli/', 3],
];

/** Packages the pure core may use: values in, values out. */
const PURE_PACKAGES = new Set([
  'zod',
  'hyparquet',
  'hyparquet-writer',
  're2js',
  'yaml',
  '@observablehq/plot',
  'linkedom',
  'node:buffer',
  'node:crypto',
  'node:zlib',
]);
/** What only adapters may import: everything that reaches outside the process. */
const OUTSIDE = [
  /^@aws-sdk\//,
  /^@smithy\//,
  /^@duckdb\//,
  /^piscina$/,
  /^node:(?:fs|net|http|https|child_process|worker_threads|dns)/,
];
/** Floor 3 reads its own command line, files and threads, but leaves SDKs to adapters. */
const OUTSIDE_SDKS = OUTSIDE.slice(0, 4);
/** `hyparquet/src/column.js` is of `hyparquet`. */
function packageOf(name: string): string {
  return name.replace(/^(hyparquet(?:-writer)?)\/src\/.*$/, '$1');
}

interface Import {
  readonly from: string;
  /** A path from the repository's top, or a package name. */
  readonly to: string;
}

const IMPORT = /^(?:import|export)\b[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

function sources(): string[] {
  return FLOORS.flatMap(([folder]) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  );
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    return { from: file, to: name.startsWith('.') ? posix.join(posix.dirname(file), name) : name };
  });
}

function floorOf(file: string): number | undefined {
  return FLOORS.find(([folder]) => file.startsWith(folder))?.[1];
}

const FILES = sources();
const IMPORTS = FILES.flatMap(importsOf);
const show = ({ from, to }: Import): string => `${from} imports ${to}`;

describe('the layers', () => {
  it('are all here, and their imports are seen', () => {
    expect(FILES.length).toBeGreaterThan(30);
    expect(IMPORTS.length).toBeGreaterThan(FILES.length);
  });

  it('import downward or sideways only', () => {
    const upward = IMPORTS.filter(({ from, to }) => (floorOf(to) ?? -1) > (floorOf(from) ?? -1));
    expect(upward.map(show)).toEqual([]);
  });

  it('do not import between functions/ and cli/', () => {
    const across = IMPORTS.filter(
      ({ from, to }) => floorOf(to) === 3 && from.split('/')[0] !== to.split('/')[0],
    );
    expect(across.map(show)).toEqual([]);
  });

  it('have no cycles', () => {
    const targets = new Map(FILES.map((file) => [file, importsOf(file).map(({ to }) => to)]));
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')];
      if (done.has(file)) return [];
      const found = (targets.get(file) ?? []).flatMap((to) => walk(to, [...path, file]));
      done.add(file);
      return found;
    };
    expect(FILES.flatMap((file) => walk(file, []))).toEqual([]);
  });

  it('keep the core pure: no clock, environment, file system, network or SDK', () => {
    const impure = IMPORTS.filter(
      ({ from, to }) => floorOf(from) === 0 && floorOf(to) === undefined && !PURE_PACKAGES.has(packageOf(to)),
    );
    expect(impure.map(show)).toEqual([]);
    const forbidden =
      /\bDate\.now\(|new Date\(\)|Math\.random\(|process\.(?:env|argv|stdout|stderr)|performance\.now|randomUUID|fetch\(/;
    const reading = FILES.filter((file) => floorOf(file) === 0).filter((file) =>
      forbidden.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(reading).toEqual([]);
  });

  it('reach outside the process through adapters alone', () => {
    const jobs = IMPORTS.filter(
      ({ from, to }) => (floorOf(from) ?? 9) <= 1 && OUTSIDE.some((pattern) => pattern.test(to)),
    );
    const top = IMPORTS.filter(
      ({ from, to }) => floorOf(from) === 3 && OUTSIDE_SDKS.some((pattern) => pattern.test(to)),
    );
    expect([...jobs, ...top].map(show)).toEqual([]);
  });

  it('have no barrels and no default exports that nobody calls by contract', () => {
    const barrels = FILES.filter((file) => /(?:^|\/)(?:index|utils?)\.ts$/.test(file));
    expect(barrels).toEqual([]);
  });
});
