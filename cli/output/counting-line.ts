import { Presets, SingleBar } from 'cli-progress';

/** How many were found so far, while nobody knows how many there are; on a terminal only. */
export class CountingLine {
  readonly #bar: SingleBar | undefined;

  constructor() {
    if (!process.stderr.isTTY) return;
    const options = { format: ' looking: {value} files so far, {duration_formatted}', ...ON_TERMINAL };
    this.#bar = new SingleBar(options, Presets.shades_classic);
    this.#bar.start(0, 0);
  }

  show(found: number): void {
    this.#bar?.update(found);
  }

  stop(): void {
    this.#bar?.stop();
  }
}

/** How every bar stands on a terminal. */
export const ON_TERMINAL = { stream: process.stderr, clearOnComplete: true, hideCursor: true } as const;
