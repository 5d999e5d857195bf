import type { TestProject } from 'vitest/node';
import { startMinistack } from '../support/aws-emulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the emulated AWS services answer, for `emulatedAws`. */
    readonly awsEndpoint: string;
  }
}

/** Vitest's globalSetup: one MiniStack for the whole run, unless `AWS_ENDPOINT_URL` names services that are up already. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const outside = process.env['AWS_ENDPOINT_URL'];
  if (outside !== undefined) {
    project.provide('awsEndpoint', outside);
    return undefined;
  }
  const emulator = await startMinistack();
  project.provide('awsEndpoint', emulator.endpoint);
  return async () => {
    await emulator[Symbol.asyncDispose]();
  };
}
