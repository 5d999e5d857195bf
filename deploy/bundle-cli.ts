import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { NODE_BUNDLE } from './node-bundle.ts';

/**
 * Bundles the command line into `dist/`, which is what `npx trailseal` runs. Its sources and packages are hundreds of small files, half
 * of a short command's time; a bundle has one file for what a command needs, and one for each thing that it may need. `npm ci` runs this,
 * and so does `npm run bundle`, after a change; `npm run trailseal --` runs the sources.
 */

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

await rm(DIST, { recursive: true, force: true });
await build({
  ...NODE_BUNDLE,
  absWorkingDir: ROOT,
  entryPoints: ['cli/trailseal.ts', 'cli/ingest-worker.ts'],
  outdir: DIST,
  splitting: true,
  // One is a binary, the other starts threads with files of its own.
  external: ['@duckdb/node-bindings', 'piscina'],
  logLevel: 'warning',
});
await chmod(join(DIST, 'trailseal.js'), 0o755);
