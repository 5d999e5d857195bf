import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMoto } from '../support/aws-emulator.ts';
import { deployToGlue, type GlueLake } from './glue-lake.ts';
import { sampleLake } from './sample-lake.ts';
import { startTrino, type TrinoServer } from './server.ts';

/** Trino over a lake, and what it stands on. Stops everything. */
export interface MountedLake {
  readonly root: string;
  readonly lake: GlueLake;
  readonly trino: TrinoServer;
  readonly aws: Readonly<Record<string, string>>;
}

/** Of the demo's first hours: its story is in them, and on a slow machine the emulated S3 takes seconds for a day of it. */
const SAMPLE = { hours: 6, eventsPerHour: 400 };

/** Emulated AWS, with a lake in it, and Trino over both; `root`: a lake in a directory, the demo's sample unless said. */
export async function mountLake(
  stack: AsyncDisposableStack,
  root: string | undefined,
  say: (text: string) => void,
  properties: Readonly<Record<string, string>> = {},
): Promise<MountedLake> {
  const moto = stack.use(await startMoto());
  Object.assign(process.env, moto.env);
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-trino-lake-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  if (root === undefined) say("making the demo's sample lake");
  const from = root ?? (await sampleLake(folder, SAMPLE));
  const lake = await deployToGlue(from, 'trino');
  const trino = stack.use(await startTrino(moto.env, say, properties));
  return { root: from, lake, trino, aws: moto.env };
}
