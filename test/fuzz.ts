import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sha256Hex } from '../shared/core/sha256.ts';
import { differingFile } from './support/fuzz-engine.ts';
import { LogFileFuzzer } from './support/fuzzed-log-file.ts';

/**
 * `npm run fuzz`: log files that nobody would write, through the engine and through the reference, until they differ or the time is up.
 * One that differs goes into the corpus, which the tests run.
 *
 *   npm run fuzz -- --minutes 60 --seed 7
 */

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } },
});

const FILES_AT_ONCE = 40;
const seed = Number(flags.seed ?? Math.floor(Math.random() * 2 ** 32));
const end = performance.now() + Number(flags.minutes) * 60_000;
const fuzzer = new LogFileFuzzer(seed);
let files = 0;
console.error(`seed ${seed}`);
while (performance.now() < end) {
  const differing = await differingFile(Array.from({ length: FILES_AT_ONCE }, () => fuzzer.next()));
  files += FILES_AT_ONCE;
  if (differing !== undefined) {
    const name = `found-${sha256Hex(differing.stored).slice(0, 12)}.json`;
    await writeFile(new URL(`fixtures/fuzz-corpus/${name}`, import.meta.url), differing.stored);
    console.error(`after ${files} log files: the engine differs for test/fixtures/fuzz-corpus/${name}`);
    process.exit(1);
  }
  if (files % 4000 === 0) console.error(`${files} log files, no difference`);
}
console.log(`${files} log files, no difference`);
