import { Presets, SingleBar } from 'cli-progress';
import type { VerifyCounts } from '../../shared/jobs/verify.ts';
import { ON_TERMINAL } from './counting-line.ts';
import { bytes, count } from './human.ts';

/** What has been verified so far; on a terminal only. Nobody knows how much there is until all of it has been listed. */
export class VerifyLine {
  readonly #bar: SingleBar | undefined;
  readonly #counts: VerifyCounts;
  readonly #start = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;

  /** `counts` goes on counting. */
  constructor(counts: VerifyCounts) {
    this.#counts = counts;
    if (!process.stderr.isTTY) return;
    const options = { format: ' verifying: {done}, {duration_formatted}', ...ON_TERMINAL };
    this.#bar = new SingleBar(options, Presets.shades_classic);
    this.#bar.start(0, 0, { done: 'nothing yet' });
    this.#timer = setInterval(() => {
      this.#show();
    }, 250).unref();
  }

  #show(): void {
    const { digests, logFiles, bytes: size, batches } = this.#counts;
    const seconds = Math.max((performance.now() - this.#start) / 1000, 0.001);
    const batch = batches === 0 ? [] : [`${count(batches, 'batch', 'batches')} of the lake`];
    const done = [
      count(digests, 'digest'),
      count(logFiles, 'log file'),
      bytes(size),
      `${bytes(size / seconds)}/s`,
    ];
    this.#bar?.update(0, { done: [...done, ...batch].join(', ') });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar?.stop();
  }
}
