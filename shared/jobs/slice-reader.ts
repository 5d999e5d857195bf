import { parquetMetadataAsync, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import type { PlannedInput, Slice } from '../core/compaction-format.ts';
import { isIn } from '../core/compaction-slices.ts';
import type { RowsOfGroup } from '../core/gathered-rows.ts';
import { pickRows, sizeOfLeaf, slotValue, type PackedLeaves } from '../core/packed-leaf.ts';
import { inMemory, packedLeaves } from '../core/parquet-rows.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { ObjectStore } from './ports.ts';

/** Bytes that are held of objects: what ten million events a day take, twice. */
const HELD_BYTES = 256 * 1024 * 1024;
/** The share of a row group's rows that is held where the others lie far behind: farther than so many slices. */
const BEGINNING = 1 / 16;
const NEAR_SLICES = 4;

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

/** Rows of an object that are read together. */
interface RowGroup {
  /** Its place in the object. */
  readonly index: number;
  /** Milliseconds since 1970: the first row's and the last one's. */
  readonly from: number;
  readonly to: number;
  /** Of all its rows, once it has been read. */
  times?: Float64Array | undefined;
  part?: HeldPart | undefined;
}

/** Rows of a row group, decoded and packed: all that no slice has taken yet, up to a time. */
interface HeldPart {
  readonly leaves: PackedLeaves;
  /** `event_ts`, one a row; NaN where there is none. */
  readonly times: Float64Array;
  /** Milliseconds since 1970. */
  readonly until: number;
}

interface Opened {
  readonly input: PlannedInput;
  readonly groups: readonly RowGroup[];
  source?: Source | undefined;
}

/** An object's bytes. */
interface Source {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/**
 * Reads the rows of one slice of time after the other from objects that may each reach over many. What slices to come will ask for is held up
 * to a limit, decoded and packed. Most of an object's rows lie within minutes, but a few that were delivered late lie hours before: of
 * what begins so only those are held, and the rest is read again when its time comes. What doesn't fit is read anew for each slice that takes rows of it.
 * Nothing makes room for it: slices come to all of it in turn, so that whatever went would be read anew as well.
 */
export class SliceReader {
  readonly #lake: Pick<ObjectStore, 'get'>;
  readonly #inputs: readonly PlannedInput[];
  readonly #opened = new Map<string, Opened>();
  readonly #held: Held;

  constructor(lake: Pick<ObjectStore, 'get'>, inputs: readonly PlannedInput[], heldBytes = HELD_BYTES) {
    this.#lake = lake;
    this.#inputs = inputs;
    this.#held = new Held(heldBytes);
  }

  /** In the order of the inputs; slices in order of time. Throws `CompactionInputError`. */
  async rowsIn(slice: Slice): Promise<RowsOfGroup[]> {
    this.#letGo(slice);
    const found: RowsOfGroup[] = [];
    for (const input of this.#inputs) {
      if (!overlaps(input, slice)) continue;
      const opened = this.#opened.get(input.key) ?? (await this.#open(input));
      for (const group of opened.groups) {
        if (!overlaps(group, slice)) continue;
        const rows = await this.#rowsOf(group, opened, slice);
        if (rows.rows.length > 0) found.push(rows);
      }
      this.#holdSource(opened);
    }
    return found;
  }

  async #open(input: PlannedInput): Promise<Opened> {
    const source = await this.#read(input);
    const groups = source.metadata.row_groups.map((group, index) => ({ index, ...timesOf(group, input) }));
    const opened = { input, groups, source };
    this.#opened.set(input.key, opened);
    return opened;
  }

  async #read(input: PlannedInput): Promise<Source> {
    const file = inMemory(await readInput(this.#lake, input));
    return { file, metadata: await parquetMetadataAsync(file) };
  }

  async #rowsOf(group: RowGroup, opened: Opened, slice: Slice): Promise<RowsOfGroup> {
    const { part, times } = group;
    if (part !== undefined && slice.to <= part.until)
      return { leaves: part.leaves, rows: rowsIn(slice, part.times, part.leaves) };
    if (times?.every((time) => !(time >= slice.from && time < slice.to)) === true) return NOTHING;
    this.#drop(group);
    const leaves = await this.#decode(group, opened);
    group.times ??= timesOfRows(leaves);
    const rows = rowsIn(slice, group.times, leaves);
    if (rows.length === group.times.length) return { leaves, rows };
    // What is to be held is held already, or picked: nothing else may keep the leaves of all rows.
    return this.#hold(group, leaves, slice) ? { leaves, rows } : picked(leaves, rows);
  }

  async #decode({ index }: RowGroup, opened: Opened): Promise<PackedLeaves> {
    opened.source ??= await this.#read(opened.input);
    const { file, metadata } = opened.source;
    const group = metadata.row_groups[index];
    if (group === undefined) throw new RangeError(`${opened.input.key} has no row group ${index}`);
    return await packedLeaves(file, metadata, group);
  }

  /** Holds what slices from this one on take, or its beginning, if there is room. Whether it holds all rows. */
  #hold(group: RowGroup, leaves: PackedLeaves, slice: Slice): boolean {
    const { times = new Float64Array() } = group;
    const isLast = slice.share === slice.shares - 1;
    const waiting = times.filter((time) => time >= (isLast ? slice.to : slice.from)).sort();
    if (waiting.length === 0) return false;
    const beginning = waiting[Math.floor(waiting.length * BEGINNING)] ?? slice.to;
    const isNear = beginning < slice.to + NEAR_SLICES * (slice.to - slice.from);
    if (isNear && waiting.length > times.length / 2 && this.#held.take(group, sizeOf(leaves))) {
      group.part = { leaves, times, until: Infinity };
      return true;
    }
    for (const until of isNear ? [Infinity, beginning] : [beginning]) {
      if (this.#holdUntil(group, leaves, slice, until)) break;
    }
    return false;
  }

  #holdUntil(group: RowGroup, leaves: PackedLeaves, slice: Slice, until: number): boolean {
    const { times = new Float64Array() } = group;
    const isWanted = (time = NaN): boolean => time >= slice.from && time < until;
    const rows = Uint32Array.from(times.keys()).filter((row) => isWanted(times[row]));
    const part = { leaves: picked(leaves, rows).leaves, times: times.filter(isWanted), until };
    if (!this.#held.take(group, sizeOf(part.leaves))) return false;
    group.part = part;
    return true;
  }

  /** The bytes of an object of which row groups are still to be read, as those of a generation are one after the other. */
  #holdSource(opened: Opened): void {
    const { source, groups } = opened;
    const isWanted = groups.some(({ times }) => times === undefined);
    if (isWanted && source !== undefined && this.#held.take(opened, source.file.byteLength)) return;
    this.#held.release(opened);
    opened.source = undefined;
  }

  #letGo(slice: Slice): void {
    for (const [key, opened] of this.#opened) {
      for (const group of opened.groups) if (group.to < slice.from) this.#drop(group);
      if (opened.input.to >= slice.from) continue;
      this.#held.release(opened);
      this.#opened.delete(key);
    }
  }

  #drop(group: RowGroup): void {
    this.#held.release(group);
    group.part = undefined;
  }
}

/** What is held, by its bytes, up to a limit. */
class Held {
  readonly #most: number;
  readonly #bytes = new Map<object, number>();
  #sum = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether it is held: there was room for it, or it was already. */
  take(what: object, bytes: number): boolean {
    if (this.#bytes.has(what)) return true;
    if (this.#sum + bytes > this.#most) return false;
    this.#bytes.set(what, bytes);
    this.#sum += bytes;
    return true;
  }

  release(what: object): void {
    this.#sum -= this.#bytes.get(what) ?? 0;
    this.#bytes.delete(what);
  }
}

function timesOfRows(leaves: PackedLeaves): Float64Array {
  const leaf = leaves.get('event_ts');
  if (leaf === undefined) return new Float64Array();
  return Float64Array.from(leaf.definitionLevels.keys(), (row) => {
    const time = slotValue(leaf, row);
    return typeof time === 'bigint' ? Number(time) : NaN;
  });
}

function rowsIn(slice: Slice, times: Float64Array, leaves: PackedLeaves): Uint32Array {
  const hashes = leaves.get('recordhash');
  const rows = new Uint32Array(times.length);
  let count = 0;
  for (let row = 0; row < times.length; row += 1) {
    const time = times[row] ?? NaN;
    if (!(time >= slice.from && time < slice.to)) continue;
    const hash = hashes && slotValue(hashes, row);
    if (hash instanceof Uint8Array && isIn(slice, time, hash)) rows[count++] = row;
  }
  return rows.slice(0, count);
}

function sizeOf(leaves: PackedLeaves): number {
  let bytes = 0;
  for (const leaf of leaves.values()) bytes += sizeOfLeaf(leaf);
  return bytes;
}

const NOTHING: RowsOfGroup = { leaves: new Map(), rows: new Uint32Array() };

function picked(leaves: PackedLeaves, rows: Uint32Array): RowsOfGroup {
  const some = leaves.entries().map(([path, leaf]) => [path, pickRows(leaf, rows)] as const);
  return { leaves: new Map(some), rows: Uint32Array.from(rows.keys()) };
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
