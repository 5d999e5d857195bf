import { spawn } from 'node:child_process';
import { pythonEnvironment } from './setup/python.ts';

/**
 * `npm run check`: types, lint and format side by side. With `--and-tests`, which `npm test` gives, the tests that keep to themselves run
 * meanwhile, and the others' virtual environment is built, where there is none yet: that waits for the network most of the time.
 */

const CHECKS = ['types', 'lint', 'format:check'];
const TESTS = 'test:memory';

interface Checked {
  readonly failed: boolean;
  readonly output: string;
}

async function check(name: string): Promise<Checked> {
  // The type checkers are Go programs of a few seconds: memory for a fifth of their time.
  const env = { ...process.env, GOGC: '400' };
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) return { failed: true, output: `npm run ${name} failed:\n${output}` };
  return { failed: false, output: name === TESTS ? output : '' };
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
if (process.argv.includes('--and-tests')) all.push(buildPython(), check(TESTS));
const checked = await Promise.all(all);
for (const { output } of checked) if (output !== '') console.error(output);
if (checked.some(({ failed }) => failed)) process.exitCode = 1;
