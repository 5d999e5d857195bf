import type { Slice } from './compaction-format.ts';

const SECOND = 1000;

/** How many rows each second of a partition's day has: 86,400 numbers at most, however many rows there are. */
export class SecondCounts {
  readonly #seconds = new Map<number, number>();

  /** `time` in milliseconds since 1970; `weight`: for how many usual rows this one counts. */
  add(time: number, weight = 1): void {
    const second = Math.floor(time / SECOND);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + weight);
  }

  /**
   * Slices of time of at most `rows` (usual) rows each, in order; a second that has more is cut by the rows' hashes, which spread
   * evenly: some of its slices may have somewhat more. Deliveries of one event have the same time and hash, and fall into the same slice.
   */
  slices(rows: number): Slice[] {
    const slices: Slice[] = [];
    let [from, end, count] = [0, 0, 0];
    const close = (): void => {
      if (count > 0) slices.push(...cut({ from: from * SECOND, to: end * SECOND }, Math.ceil(count / rows)));
      count = 0;
    };
    for (const [second, more] of [...this.#seconds].sort(([a], [b]) => a - b)) {
      if (count + more > rows) close();
      if (count === 0) from = second;
      end = second + 1;
      count += more;
    }
    close();
    return slices;
  }
}

function cut(time: Pick<Slice, 'from' | 'to'>, shares: number): Slice[] {
  return Array.from({ length: shares }, (_, share) => ({ ...time, share, shares }));
}

/** What a row of an object of the lake takes, compressed, at the most of the usual ones; and what the object takes without rows. */
const ROW_BYTES = 256;
const FOOTER_BYTES = 20_000;

/** For how many usual rows each row of an object counts, so that long ones make a slice shorter and not an object too large to be read. */
export function weightOf({ bytes, rows }: { readonly bytes: number; readonly rows: number }): number {
  return Math.max(1, Math.ceil((bytes - FOOTER_BYTES) / rows / ROW_BYTES));
}

/** Whether a row of this time (milliseconds since 1970) and hash (`recordhash`) belongs to the slice. */
export function isIn({ from, to, share, shares }: Slice, time: number, recordHash: Uint8Array): boolean {
  if (time < from || time >= to) return false;
  return (
    shares === 1 ||
    (((recordHash[0] ?? 0) << 16) | ((recordHash[1] ?? 0) << 8) | (recordHash[2] ?? 0)) % shares === share
  );
}
