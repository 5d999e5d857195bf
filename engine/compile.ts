import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles this folder's AssemblyScript to WebAssembly and leaves it, as a module that everything can import, in `shared/core/columnar/`.
 * `npm ci` runs it; so does `npm run engine`, after a change. The same sources give the same bytes.
 */

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, '../shared/core/columnar/engine-wasm.ts');
// A process of its own: its types, imported, would declare another standard library for the whole project.
const COMPILER = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));

const folder = mkdtempSync(join(tmpdir(), 'trailseal-engine-'));
try {
  const binary = join(folder, 'engine.wasm');
  const options = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--converge', '--noAssert'];
  execFileSync(process.execPath, [COMPILER, 'index.ts', '--outFile', binary, ...options], {
    cwd: HERE,
    stdio: 'inherit',
  });
  const text = readFileSync(binary, 'base64');
  writeFileSync(
    TARGET,
    `// Made of engine/ by \`npm run engine\`.\nexport const ENGINE_WASM =\n  '${text}';\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
