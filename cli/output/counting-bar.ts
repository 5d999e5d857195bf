import { Presets, SingleBar } from 'cli-progress';
import { ON_TERMINAL } from './counting-line.ts';

/** A bar over so many of something, on a terminal; nothing in a pipe. */
export class CountingBar {
  readonly #of: string;
  #bar: SingleBar | undefined;

  constructor(of: string) {
    this.#of = of;
  }

  show(done: number, all: number): void {
    if (!process.stderr.isTTY) return;
    if (this.#bar === undefined) {
      const format = ` {bar} {percentage}% │ {value}/{total} ${this.#of} │ {eta_formatted} left`;
      this.#bar = new SingleBar({ format, ...ON_TERMINAL }, Presets.shades_classic);
      this.#bar.start(Math.max(1, all), 0);
    }
    this.#bar.update(done);
  }

  stop(): void {
    this.#bar?.stop();
  }
}
