import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/python.ts', 'test/setup/emulator.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
