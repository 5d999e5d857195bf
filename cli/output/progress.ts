import { Presets, SingleBar } from 'cli-progress';

/** A bar on a terminal, nothing in a pipe. */
export class IngestProgress {
  readonly #bar: SingleBar;
  readonly #start = performance.now();
  #bytes = 0;
  #files = 0;
  #events = 0;
  #text = 0;

  /** `totalBytes` as stored: what the time left is worked out from. */
  constructor(totalFiles: number, totalBytes: number) {
    const format = ` {bar} {percentage}% │ {files}/${totalFiles} files │ {events} events │ {rate} MB/s │ {eta_formatted} left`;
    this.#bar = new SingleBar(
      { format, stream: process.stderr, clearOnComplete: true, hideCursor: true, etaBuffer: 200 },
      Presets.shades_classic,
    );
    this.#bar.start(Math.max(1, totalBytes), 0, { files: 0, events: 0, rate: '0' });
  }

  advance(files: number, storedBytes: number, events: number, textBytes: number): void {
    this.#files += files;
    this.#bytes += storedBytes;
    this.#events += events;
    this.#text += textBytes;
    const seconds = (performance.now() - this.#start) / 1000;
    const rate = (this.#text / 1e6 / Math.max(seconds, 0.001)).toFixed(0);
    const total = this.#bar.getTotal();
    this.#bar.update(Math.min(this.#bytes, total), { files: this.#files, events: this.#events, rate });
  }

  stop(): void {
    this.#bar.stop();
  }
}
