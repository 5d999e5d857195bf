import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/python.ts', 'test/setup/emulator.ts'],
    // Vitest leaves one core to itself; tests that wait for emulated services leave theirs idle.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
