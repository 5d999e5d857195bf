import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUNDLE = fileURLToPath(new URL('../../deploy/bundle-cli.ts', import.meta.url));

/** Vitest's globalSetup: processes that tests start run what users run, made of today's sources. */
export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [BUNDLE]);
}
