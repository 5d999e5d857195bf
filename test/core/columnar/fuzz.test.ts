import { expect, it } from 'vitest';
import { compareFiles } from '../../support/fuzz-engine.ts';
import { fuzzCorpus, LogFileFuzzer } from '../../support/fuzzed-log-file.ts';
import { LOG_FILE } from '../../support/rows-of-text.ts';

it('the engine makes of each log file of the corpus what the reference makes', async () => {
  for (const stored of fuzzCorpus()) {
    expect((await compareFiles([{ key: LOG_FILE, stored }])).differing).toBeUndefined();
  }
});

it('and of what they become when cut, spliced and changed; `npm run fuzz` goes on with it', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const fuzzer = new LogFileFuzzer(seed);
  for (let round = 0; round < 30; round += 1) {
    const files = Array.from({ length: 40 }, () => fuzzer.next());
    expect((await compareFiles(files)).differing, `seed ${seed}`).toBeUndefined();
  }
});

it('and of log files of usual records, of which some are changed', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const fuzzer = new LogFileFuzzer(seed);
  for (let round = 0; round < 4; round += 1) {
    const { differing, records } = await compareFiles([fuzzer.ofMany()]);
    expect(differing, `seed ${seed}`).toBeUndefined();
    expect(records).toBeGreaterThan(100);
  }
});
