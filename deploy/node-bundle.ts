import type { BuildOptions } from 'esbuild';

/** How esbuild bundles for Node 24, whatever is bundled. */
export const NODE_BUNDLE = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // CommonJS dependencies ask for Node's own modules with `require`, which an ES module lacks.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  mainFields: ['module', 'main'],
  legalComments: 'none',
} as const satisfies BuildOptions;
