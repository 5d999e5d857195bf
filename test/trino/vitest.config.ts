import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:trino`: what runs on Trino, of which `npm test` knows nothing, for it wants a Java, and half a gigabyte the first time. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['**/*.test.ts'],
    globalSetup: ['../setup/python.ts'],
    // One Trino at a time.
    fileParallelism: false,
    reporters: ['verbose'],
    testTimeout: 180_000,
    hookTimeout: 900_000,
  },
});
