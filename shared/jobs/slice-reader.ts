import { parquetMetadataAsync, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import type { PlannedInput, Slice } from '../core/compaction-format.ts';
import { isIn } from '../core/compaction-slices.ts';
import { inMemory, parquetRows, rowGroupsOf } from '../core/parquet-rows.ts';
import type { Struct } from '../core/record-row.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { ObjectStore } from './ports.ts';

/** Bytes of objects kept for the next slice: neighbours in time mostly share them. */
const HELD_BYTES = 192 * 1024 * 1024;
/** Rows kept decoded, for the same reason. */
const HELD_ROWS = 30_000;

/** An object that was to be compacted and isn't what its receipts say. */
export class CompactionInputError extends Error {
  readonly key: string;

  constructor(key: string, detail: string) {
    super(
      `${key} ${detail}: its partition is not compacted. trailseal verify says what else is wrong; get the earlier version of the object`,
    );
    this.name = 'CompactionInputError';
    this.key = key;
  }
}

/** Bytes of an object in the lake, held to their hash. Throws `CompactionInputError`. */
export async function readInput(
  lake: Pick<ObjectStore, 'get'>,
  { key, sha256 }: { readonly key: string; readonly sha256: string },
): Promise<Uint8Array> {
  const bytes = await lake.get(key);
  if (bytes === undefined) throw new CompactionInputError(key, 'is gone');
  if (sha256Hex(bytes) !== sha256)
    throw new CompactionInputError(key, 'has other bytes than its receipts say');
  return bytes;
}

/** Some rows of an object that are read together. */
interface RowGroup {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

interface Opened {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly groups: readonly (RowGroup & { readonly from: number; readonly to: number })[];
}

/**
 * Reads the rows of one slice of time after the other from objects that may each reach over several. Holds a few objects' bytes and rows,
 * whatever there is in all; what no longer fits is read again where it is needed again.
 */
export class SliceReader {
  readonly #lake: Pick<ObjectStore, 'get'>;
  readonly #inputs: readonly PlannedInput[];
  readonly #opened = new Recent<Opened>(HELD_BYTES, ({ file }) => file.byteLength);
  readonly #rows = new Recent<readonly Struct[]>(HELD_ROWS, (rows) => rows.length);

  constructor(lake: Pick<ObjectStore, 'get'>, inputs: readonly PlannedInput[]) {
    this.#lake = lake;
    this.#inputs = inputs;
  }

  /** In the order of the inputs. Throws `CompactionInputError`. */
  async rowsIn(slice: Slice): Promise<Struct[]> {
    const found: Struct[] = [];
    for (const input of this.#inputs) {
      if (!overlaps(input, slice)) continue;
      const opened = await this.#opened.get(input.key, async () => await this.#open(input));
      for (const group of opened.groups) {
        if (!overlaps(group, slice)) continue;
        const rows = await this.#rows.get(
          group.id,
          async () =>
            await parquetRows(opened.file, {
              from: group.start,
              to: group.end,
              metadata: opened.metadata,
            }),
        );
        for (const row of rows) if (isRowIn(slice, row)) found.push(row);
      }
    }
    return found;
  }

  async #open(input: PlannedInput): Promise<Opened> {
    const file = inMemory(await readInput(this.#lake, input));
    const metadata = await parquetMetadataAsync(file);
    const groups = rowGroupsOf(metadata).map(({ group, start, end }) => {
      const { from, to } = timesOf(group, input);
      return { id: `${input.key} ${start}`, start, end, from, to };
    });
    return { file, metadata, groups };
  }
}

function isRowIn(slice: Slice, { event_ts: time, recordhash: hash }: Struct): boolean {
  return typeof time === 'number' && hash instanceof Uint8Array && isIn(slice, time, hash);
}

function overlaps({ from, to }: { readonly from: number; readonly to: number }, slice: Slice): boolean {
  return from < slice.to && to >= slice.from;
}

/** By its statistics; the whole object's if it has none. */
function timesOf(
  { columns }: FileMetaData['row_groups'][number],
  { from, to }: PlannedInput,
): { readonly from: number; readonly to: number } {
  const statistics = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === 'event_ts')?.meta_data
    ?.statistics;
  return {
    from: millisecondsOf(statistics?.min_value) ?? from,
    to: millisecondsOf(statistics?.max_value) ?? to,
  };
}

function millisecondsOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'bigint' ? Number(value) : undefined;
}

/** What was used last, up to a weight; the newest stays however heavy it is. */
class Recent<T> {
  readonly #most: number;
  readonly #weightOf: (value: T) => number;
  readonly #values = new Map<string, T>();
  #weight = 0;

  constructor(most: number, weightOf: (value: T) => number) {
    this.#most = most;
    this.#weightOf = weightOf;
  }

  async get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#values.get(key);
    if (known !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, known);
      return known;
    }
    const made = await make();
    this.#values.set(key, made);
    this.#weight += this.#weightOf(made);
    for (const [oldest, value] of this.#values) {
      if (this.#weight <= this.#most || oldest === key) break;
      this.#values.delete(oldest);
      this.#weight -= this.#weightOf(value);
    }
    return made;
  }
}
