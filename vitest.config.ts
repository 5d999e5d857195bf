import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/setup/longest-first.ts';

/** Tests that keep to themselves: no environment, no servers. They share their modules, which halves the time that loading takes. */
const IN_MEMORY = [
  'core/**/*',
  'oracle/**/*',
  'bad-input/**/*',
  'jobs/**/*',
  'bench/**/*',
  'adapters/{athena-sql/*,directory-*,rules-sql,views}',
  'cli/published-queries',
  'deploy/{catalogue,glue-views,observability,params,zip}',
  'real/{ocsf-pairs,rules-everywhere,sigma-rules}',
].map((files) => `test/${files}.test.ts`);

// Workers, and the two hundred processes that tests start, load the same few programs: what Node has compiled of them is kept.
process.env['NODE_COMPILE_CACHE'] = fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

export default defineConfig({
  test: {
    // One more than CI has cores: there is always one that waits for emulated services, or for a process of its own.
    maxWorkers: 3,
    env: {
      // Handlers called in a test's own process have nothing to tell a terminal.
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    },
    // Node strips the types itself. Vite's transformation costs more, and puts a getter before every use of what is imported.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        // Some kill processes.
        test: {
          name: 'in memory',
          include: IN_MEMORY,
          isolate: false,
          globalSetup: ['test/setup/bundle.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'with services',
          include: ['test/**/*.test.ts'],
          exclude: [...IN_MEMORY, 'test/trino/**'],
          globalSetup: ['test/setup/bundle.ts', 'test/setup/python.ts', 'test/setup/emulator.ts'],
        },
      },
    ],
  },
});
