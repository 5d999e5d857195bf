import { execFile } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Figures } from './figures.ts';

const run = promisify(execFile);
const VERSIONS = z.record(z.string(), z.string());

const PYTHON_VERSIONS = `
import importlib.metadata, json, platform
found = {name: importlib.metadata.version(name) for name in ('orjson', 'pyarrow', 'duckdb')}
print(json.dumps({'Python': platform.python_version(), **found}))
`;

/** What measures, before it does. */
export async function aboutMachine(
  python: string,
): Promise<Pick<Figures['about'], 'date' | 'cpu' | 'cores' | 'memoryGB' | 'load' | 'versions'>> {
  const { stdout } = await run(python, ['-c', PYTHON_VERSIONS]);
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpu?.model ?? 'unknown CPU',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 1e9),
    load: loadavg()[0] ?? Number.NaN,
    versions: { 'Node.js': process.versions.node, ...VERSIONS.parse(JSON.parse(stdout)) },
  };
}
