import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(REPOSITORY, 'node_modules', '.cache', 'trailseal-package');
/** What the package is made from. */
const INPUTS = [
  'serverless.yml',
  'package.json',
  'package-lock.json',
  'deploy',
  'functions',
  'shared',
  'queries',
  'rules',
];

export const FUNCTIONS = [
  'normalise',
  'partitions',
  'forward',
  'followup',
  'compact',
  'seal',
  'verify',
] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Parameters: Readonly<
    Record<string, { readonly Default?: unknown; readonly AllowedPattern?: unknown }>
  >;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface PackagedService {
  readonly template: Template;
  /** Path of the template as a file. */
  readonly templateFile: string;
  /** Path of each function's zip. */
  readonly zips: Readonly<Record<FunctionName, string>>;
}

let packaged: Promise<PackagedService> | undefined;

/**
 * What `serverless package` makes of the tree as it is (stage `test`, parameters at their defaults), made once for the same contents: of
 * processes that ask at once, one packages, and the others wait for it. A process looks at the tree once.
 */
export async function packagedService(): Promise<PackagedService> {
  return await (packaged ??= packageTree());
}

async function packageTree(): Promise<PackagedService> {
  // What is hashed is the copy that is packaged, for somebody may be editing the original.
  const copy = await copyOfService();
  try {
    const folder = join(CACHE, await hashOf(copy));
    await mkdir(CACHE, { recursive: true });
    const isMine = await mkdir(`${folder}.making`).then(
      () => true,
      () => false,
    );
    if (!isMine) await waitFor(folder);
    if (!existsSync(folder)) await keep(await packageOf(copy), folder);
    await rm(`${folder}.making`, { recursive: true, force: true });
    return await packagedIn(folder);
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Until the folder is there, or whoever makes it must have died. */
async function waitFor(folder: string): Promise<void> {
  for (let waited = 0; waited < 60_000 && !existsSync(folder); waited += 100) {
    if (!existsSync(`${folder}.making`)) return;
    await sleep(100);
  }
}

/** Packages a service's folder into a new one, which is the caller's to remove. */
export async function packageOf(serviceDir: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-package-'));
  await serverless(serviceDir, ['package', '--stage', 'test', '--package', folder]);
  return folder;
}

async function packagedIn(folder: string): Promise<PackagedService> {
  const templateFile = join(folder, 'cloudformation-template-update-stack.json');
  return {
    template: JSON.parse(await readFile(templateFile, 'utf8')) as Template,
    templateFile,
    zips: Object.fromEntries(FUNCTIONS.map((name) => [name, join(folder, `${name}.zip`)])) as Record<
      FunctionName,
      string
    >,
  };
}

/** A folder with all that osls reads, so that it leaves nothing in the repository and several may run at once. */
export async function copyOfService(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'trailseal-service-'));
  for (const input of INPUTS) await cp(join(REPOSITORY, input), join(copy, input), { recursive: true });
  await symlink(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs osls in a service's folder; its output, without colours. Throws an error with that output if it fails. */
export async function serverless(
  serviceDir: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const program = join(REPOSITORY, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const { stdout, stderr } = await run(process.execPath, [program, ...args], {
    cwd: serviceDir,
    env: { ...process.env, NO_COLOR: '1', ...env },
    maxBuffer: 1 << 26,
  });
  return `${stdout}${stderr}`;
}

async function hashOf(serviceDir: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = globSync(`{${INPUTS.join(',')}}{,/**}`, { cwd: serviceDir, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    const contents = await readFile(file);
    hash.update(`${relative(serviceDir, file)}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex').slice(0, 32);
}

async function keep(made: string, folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const beside = await mkdtemp(join(CACHE, 'new-'));
  await cp(made, beside, { recursive: true });
  await rm(made, { recursive: true });
  await rename(beside, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error;
    await rm(beside, { recursive: true });
  });
}
