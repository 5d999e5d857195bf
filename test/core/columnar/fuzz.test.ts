import { expect, it } from 'vitest';
import { differingFile } from '../../support/fuzz-engine.ts';
import { fuzzCorpus, LogFileFuzzer } from '../../support/fuzzed-log-file.ts';
import { LOG_FILE } from '../../support/rows-of-text.ts';

it('the engine makes of each log file of the corpus what the reference makes', async () => {
  for (const stored of fuzzCorpus()) {
    expect(await differingFile([{ key: LOG_FILE, stored }])).toBeUndefined();
  }
});

it('and of what they become when cut, spliced and changed; `npm run fuzz` goes on with it', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const fuzzer = new LogFileFuzzer(seed);
  for (let round = 0; round < 30; round += 1) {
    const files = Array.from({ length: 40 }, () => fuzzer.next());
    expect(await differingFile(files), `seed ${seed}`).toBeUndefined();
  }
});
