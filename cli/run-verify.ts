import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { PublicKeys } from '../shared/core/digest-checks.ts';
import type { Finding } from '../shared/core/finding.ts';
import {
  nothingVerified,
  verify,
  type VerifyCounts,
  type VerifyPlaces,
  type VerifyProgress,
} from '../shared/jobs/verify.ts';
import { VerifyLine } from './output/verify-line.ts';
import { UsageError } from './usage-error.ts';

export interface RunVerifyOptions {
  readonly keys: PublicKeys;
  readonly until: number | undefined;
  readonly sealedUntil: number | undefined;
  /** File that progress is kept in. */
  readonly resume: string | undefined;
}

export interface VerifyResult {
  readonly counts: VerifyCounts;
  readonly findings: readonly Finding[];
  /** What ended the run before its end. */
  readonly error: unknown;
}

/** What the file of `--resume` holds. It is this program's own and trusted as the command line is. */
interface Kept {
  readonly format: 1;
  readonly counts: VerifyCounts;
  readonly findings: readonly Finding[];
  readonly progress: VerifyProgress;
}

/** Verifies with a line of progress on a terminal. What was found before an error is returned with it. */
export async function runVerify(places: VerifyPlaces, options: RunVerifyOptions): Promise<VerifyResult> {
  const { keys, until, sealedUntil, resume } = options;
  const kept = resume === undefined ? undefined : await readKept(resume);
  const counts = { ...nothingVerified(), ...kept?.counts };
  const findings: Finding[] = [...(kept?.findings ?? [])];
  const line = new VerifyLine(counts);
  const from = kept?.progress;
  const keeper = resume === undefined ? undefined : new Keeper(resume);
  const checkpoint = (progress: VerifyProgress): void => {
    keeper?.keep({ format: 1, counts, findings, progress });
  };
  // A run that goes on passes the lake's own digests again.
  const known = new Set(findings.map((one) => JSON.stringify(one)));
  try {
    const found = verify(places, { keys, until, sealedUntil, from, checkpoint }, counts);
    for await (const one of found) if (!known.has(JSON.stringify(one))) findings.push(one);
    await keeper?.done();
    return { counts, findings, error: undefined };
  } catch (error) {
    await keeper?.idle();
    return { counts, findings, error };
  } finally {
    line.stop();
  }
}

const KEEP_EVERY_MS = 5_000;

/** Writes the file of `--resume` aside and moves it into place, one at a time. */
class Keeper {
  readonly #file: string;
  #last = performance.now();
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** What is to be kept changes as the run goes on: it is made into text now. */
  keep(kept: Kept): void {
    if (performance.now() - this.#last < KEEP_EVERY_MS) return;
    this.#last = performance.now();
    const text = JSON.stringify(kept);
    this.#writing = this.#write(this.#writing, text);
  }

  async #write(before: Promise<void>, text: string): Promise<void> {
    const aside = `${this.#file}.new`;
    await before;
    await writeFile(aside, text);
    await rename(aside, this.#file);
  }

  async idle(): Promise<void> {
    await this.#writing;
  }

  async done(): Promise<void> {
    await this.#writing;
    await rm(this.#file, { force: true });
  }
}

async function readKept(file: string): Promise<Kept | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UsageError(`${file}, which --resume names, cannot be read`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as Kept;
    if (kept.format === 1) return kept;
  } catch {
    // Told below.
  }
  throw new UsageError(`${file} holds no progress of this command: remove it to start from the beginning`);
}
