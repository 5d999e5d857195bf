import { join } from 'node:path';
import { build } from 'esbuild';
import { NODE_BUNDLE } from '../../../deploy/node-bundle.ts';

/** Bundles `normalise.ts` into `folder`, as the functions and the command line are bundled. Returns what to run. */
export async function bundleNormalise(folder: string): Promise<string> {
  const entryPoints = ['normalise', 'normalise-worker'].map((name) =>
    join(import.meta.dirname, `${name}.ts`),
  );
  await build({ ...NODE_BUNDLE, entryPoints, outdir: folder, splitting: true, logLevel: 'warning' });
  return join(folder, 'normalise.js');
}
