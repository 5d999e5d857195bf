import { Presets, SingleBar } from 'cli-progress';
import type { BackfillSummary } from '../../shared/jobs/backfill.ts';
import { ON_TERMINAL } from './counting-line.ts';

/** A bar of log files sent. */
export class SendProgress {
  readonly #bar: SingleBar;

  /** `total`: everything that was found, what is not to be sent included. */
  constructor(total: number) {
    const format = ` {bar} {percentage}% │ {value}/${total} files │ {sent} sent │ {present} already in the lake │ {eta_formatted} left`;
    this.#bar = new SingleBar({ format, ...ON_TERMINAL, etaBuffer: 200 }, Presets.shades_classic);
    this.#bar.start(Math.max(1, total), 0, { sent: 0, present: 0 });
  }

  show({ logFiles: { sent, present, refused, skipped } }: BackfillSummary): void {
    const passed = Object.values(skipped).reduce((sum, files) => sum + files, 0);
    const done = Math.min(this.#bar.getTotal(), sent + present + refused + passed);
    this.#bar.update(done, { sent, present });
  }

  stop(): void {
    this.#bar.stop();
  }
}
