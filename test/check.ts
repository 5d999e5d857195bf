import { spawn } from 'node:child_process';
import { pythonEnvironment } from './setup/python.ts';

/**
 * `npm run check`: types, lint and format side by side. With `--and-python`, which `npm test` gives, the tests' virtual environment is built
 * meanwhile, where there is none yet: that takes as long as all of it.
 */

const CHECKS = ['types', 'lint', 'format:check'];

interface Checked {
  readonly failed: boolean;
  readonly output: string;
}

async function check(name: string): Promise<Checked> {
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { failed: code !== 0, output: code === 0 ? '' : `npm run ${name} failed:\n${output}` };
}

async function buildPython(): Promise<Checked> {
  try {
    await pythonEnvironment();
    return { failed: false, output: '' };
  } catch (error) {
    return { failed: true, output: error instanceof Error ? error.message : String(error) };
  }
}

const all = CHECKS.map(check);
if (process.argv.includes('--and-python')) all.push(buildPython());
const checked = await Promise.all(all);
for (const { output } of checked) if (output !== '') console.error(output);
if (checked.some(({ failed }) => failed)) process.exitCode = 1;
