import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/python.ts', 'test/setup/emulator.ts'],
    // Vitest leaves one core to itself; tests that wait for emulated services leave theirs idle.
    maxWorkers: '100%',
    // Handlers called in a test's own process have nothing to tell a terminal.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
