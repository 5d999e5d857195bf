import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the command line into `dist/`, which is what `npx trailseal` runs. Its sources and packages are five hundred small files, half
 * of a short command's time; a bundle has one file for what a command needs, and one for each thing that it may need. `npm ci` runs this,
 * and so does `npm run bundle`, after a change; `npm run trailseal --` runs the sources.
 */

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

await rm(DIST, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: ['cli/trailseal.ts', 'cli/ingest-worker.ts'],
  outdir: DIST,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // One brings a binary, the other starts threads with files of its own.
  external: ['@duckdb/node-api', 'piscina'],
  // CommonJS dependencies ask for Node's own modules with `require`, which an ES module lacks.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
});
await chmod(join(DIST, 'trailseal.js'), 0o755);
