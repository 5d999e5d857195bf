import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sha256Hex } from '../shared/core/sha256.ts';
import { compareFiles } from './support/fuzz-engine.ts';
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

/** Odd ones, of a few records; and those of hundreds, in which some are odd. */
const [FILES_AT_ONCE, MANY_AT_ONCE] = [40, 8];
const seed = Number(flags.seed ?? Math.floor(Math.random() * 2 ** 32));
const end = performance.now() + Number(flags.minutes) * 60_000;
const fuzzer = new LogFileFuzzer(seed);
let files = 0;
let records = 0;
const told = (): string =>
  `${files.toLocaleString('en-US')} log files, ${records.toLocaleString('en-US')} records, no difference`;
console.error(`seed ${seed}`);
for (let round = 1; performance.now() < end; round += 1) {
  const odd = Array.from({ length: FILES_AT_ONCE }, () => fuzzer.next());
  const many = Array.from({ length: MANY_AT_ONCE }, () => fuzzer.ofMany());
  const compared = await compareFiles([...odd, ...many]);
  files += FILES_AT_ONCE + MANY_AT_ONCE;
  records += compared.records;
  if (compared.differing !== undefined) {
    const { stored } = compared.differing;
    const name = `found-${sha256Hex(stored).slice(0, 12)}.json`;
    await writeFile(new URL(`fixtures/fuzz-corpus/${name}`, import.meta.url), stored);
    console.error(`after ${files} log files: the engine differs for test/fixtures/fuzz-corpus/${name}`);
    process.exit(1);
  }
  if (round % 100 === 0) console.error(told());
}
console.log(told());
