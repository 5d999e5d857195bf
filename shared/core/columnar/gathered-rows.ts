import { hash } from 'node:crypto';
import { partitionPrefix, type Partition } from '../lake-keys.ts';
import type { TrailKey } from '../log-file-key.ts';
import { partitionFrom } from '../record-row.ts';
import type { Engine } from './engine.ts';
import { numberOfLeaf } from './leaves.ts';
import { MOST_ROWS, type MemoryViews } from './memory-views.ts';

/** Rows of one partition, in the order of the plan. */
export interface Gathered {
  readonly partition: Partition;
  readonly rows: number[];
}

/** What is known of a log file's rows so far. */
export interface RowsOfLogFile {
  /** Its place in the plan. */
  readonly position: number;
  readonly trail: TrailKey | undefined;
  /** Prefixes of its rows' partitions. */
  readonly partitions: Set<string>;
  /** Milliseconds since the epoch. */
  oldest: number;
  newest: number;
}

/** Where the last row went, and the values that say so. */
interface Place {
  readonly recipient: number;
  /** Undefined if the record's own account isn't asked for. */
  readonly identity: number | undefined;
  readonly region: number;
  readonly day: number;
  readonly gathered: Gathered;
}

const DAY = 86_400_000;
const RECIPIENT = numberOfLeaf('recipientaccountid');
const IDENTITY = numberOfLeaf('useridentity.accountid');
const REGION = numberOfLeaf('awsregion');

/** A part's rows by partition, and which log file each is from. */
export class GatheredRows {
  readonly #engine: Engine;
  readonly #memory: MemoryViews;
  /** By prefix, in the order of their first rows. */
  readonly #partitions = new Map<string, Gathered>();
  /** Position of each row's log file. */
  readonly #logFiles = new Uint32Array(MOST_ROWS);

  constructor(engine: Engine, memory: MemoryViews) {
    this.#engine = engine;
    this.#memory = memory;
  }

  /** A row, wherever it is from. */
  add(row: number, partition: Partition, time: number, of: RowsOfLogFile): void {
    this.#in(partition, of).rows.push(row);
    this.#note(row, time, of);
  }

  /** Hashes the engine's rows from `from` to its last, whose text is still there, and puts them into their partitions. */
  addFrom(from: number, of: RowsOfLogFile): void {
    const { values, times, spans } = this.#memory.ofRows();
    const to = this.#engine.rowsSoFar();
    let last: Place | undefined;
    for (let row = from; row < to; row += 1) {
      const record = this.#memory.bytes(spans[row * 2] as number, spans[row * 2 + 1] as number);
      this.#memory.putHash(row, hash('sha256', record, 'binary'));
      const recipient = values(RECIPIENT, row);
      const identity = values(IDENTITY, row);
      const region = values(REGION, row);
      const time = times[row] as number;
      const day = Math.floor(time / DAY);
      if (
        last?.recipient !== recipient ||
        last.region !== region ||
        last.day !== day ||
        (last.identity !== undefined && last.identity !== identity)
      ) {
        const said = {
          recipient: this.#memory.textOf(recipient),
          identity: this.#memory.textOf(identity),
          region: this.#memory.textOf(region),
        };
        const partition = partitionFrom(said, time, of.trail);
        const known = partition.account === said.recipient || partition.account === of.trail?.account;
        const gathered = this.#in(partition, of);
        last = { recipient, identity: known ? undefined : identity, region, day, gathered };
      }
      last.gathered.rows.push(row);
      this.#note(row, time, of);
    }
  }

  /** Each partition's rows in the order of their time; of one instant, the first stays first. */
  *inOrder(): Generator<Gathered> {
    const { times } = this.#memory.ofRows();
    const timeOf = (row: number): number => times[row] as number;
    for (const { partition, rows } of this.#partitions.values()) {
      const isSorted = rows.every((row, i) => i === 0 || timeOf(rows[i - 1] as number) <= timeOf(row));
      yield { partition, rows: isSorted ? rows : rows.toSorted((a, b) => timeOf(a) - timeOf(b)) };
    }
  }

  /** How many of the rows each log file has, by its position. */
  countByLogFile(rows: readonly number[]): Map<number, number> {
    const counts = new Map<number, number>();
    for (const row of rows) {
      const position = this.#logFiles[row] as number;
      counts.set(position, (counts.get(position) ?? 0) + 1);
    }
    return counts;
  }

  forget(): void {
    this.#partitions.clear();
  }

  #in(partition: Partition, { partitions }: RowsOfLogFile): Gathered {
    const prefix = partitionPrefix(partition);
    partitions.add(prefix);
    const known = this.#partitions.get(prefix);
    if (known !== undefined) return known;
    const gathered = { partition, rows: [] };
    this.#partitions.set(prefix, gathered);
    return gathered;
  }

  #note(row: number, time: number, of: RowsOfLogFile): void {
    this.#logFiles[row] = of.position;
    if (time < of.oldest) of.oldest = time;
    if (time > of.newest) of.newest = time;
  }
}
