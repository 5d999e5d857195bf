/**
 * The Python that tests and benchmarks compare with: pyarrow, orjson and moto in `<repo>/.venv`, built the first
 * time they are needed and again whenever `test/python/requirements.txt` changes.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const VENV = join(REPOSITORY, '.venv');
const VENV_PYTHON = join(VENV, 'bin', 'python');
const REQUIREMENTS = join(REPOSITORY, 'test', 'python', 'requirements.txt');
const BUILD_SCRIPT = join(REPOSITORY, 'test', 'python', 'build_venv.py');

/** The oldest Python that every pinned package still has a build for. */
const OLDEST_PYTHON = [3, 11] as const;

const CHECK_PYTHON = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${OLDEST_PYTHON.join(', ')}))`;

export type PythonProblem = 'no-python' | 'build-failed';

/** No environment could be had; the message says what to do. */
export class PythonEnvironmentError extends Error {
  override readonly name = 'PythonEnvironmentError';
  readonly code: PythonProblem;

  constructor(code: PythonProblem, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * Path of a Python that has the packages of `test/python/requirements.txt`. Safe to call from several processes at
 * once: one builds, the others wait. Throws PythonEnvironmentError.
 */
export async function pythonEnvironment(): Promise<string> {
  const stamp = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  if (!isBuilt(stamp)) await build(stamp);
  return VENV_PYTHON;
}

/** Vitest's globalSetup: builds before the tests' clocks run. */
export default async function setup(): Promise<void> {
  await pythonEnvironment();
}

function isBuilt(stamp: string): boolean {
  const written = join(VENV, '.built-from');
  return existsSync(written) && existsSync(VENV_PYTHON) && readFileSync(written, 'utf8') === stamp;
}

async function build(stamp: string): Promise<void> {
  const python = process.env['TRAILSEAL_PYTHON'] ?? 'python3';
  await run(python, ['-c', CHECK_PYTHON]).catch((cause: unknown) => {
    const needed = `Python ${OLDEST_PYTHON.join('.')} or newer with its venv module`;
    throw new PythonEnvironmentError(
      'no-python',
      `The tests need ${needed}; "${python}" is missing, older, or lacks it. ` +
        'Install it (Debian, Ubuntu: apt-get install python3 python3-venv) or set TRAILSEAL_PYTHON to its path.',
      cause,
    );
  });
  await run(python, [BUILD_SCRIPT, VENV, REQUIREMENTS, stamp]).catch((cause: unknown) => {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new PythonEnvironmentError(
      'build-failed',
      `The packages of ${REQUIREMENTS} could not be installed into ${VENV}: is the package index within reach?\n${detail}`,
      cause,
    );
  });
}
