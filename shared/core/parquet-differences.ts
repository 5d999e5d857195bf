import { zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';

type ParquetRow = Readonly<Record<string, unknown>>;

/**
 * In what two Parquet objects of the lake differ: rows by log file and position, columns by name; never a value. Undefined if they hold the
 * same rows. `actual` may be anything.
 */
export async function differencesOf(actual: Uint8Array, expected: Uint8Array): Promise<string | undefined> {
  let found: ParquetRow[];
  try {
    found = await rowsOf(actual);
  } catch {
    return 'it is not a Parquet file';
  }
  const left = Map.groupBy(found, placeOf);
  const missing: string[] = [];
  const changed: string[] = [];
  for (const row of await rowsOf(expected)) {
    const at = placeOf(row);
    const other = left.get(at)?.shift();
    if (other === undefined) missing.push(at);
    else if (!isSame(row, other)) changed.push(`${at} (${columnsThatDiffer(row, other)})`);
  }
  const added = [...left].flatMap(([at, rows]) => rows.map(() => at));
  const told = [tell('missing', missing), tell('changed', changed), tell('added', added)].filter(
    (one) => one !== '',
  );
  return told.length === 0 ? undefined : told.join('; ');
}

async function rowsOf(file: Uint8Array): Promise<ParquetRow[]> {
  const compressors = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };
  return await parquetReadObjects({ file: new Uint8Array(file).buffer, compressors, utf8: false });
}

/** `record 3 of AWSLogs/…` */
function placeOf(row: ParquetRow): string {
  return `record ${String(row['recordindex'])} of ${String(row['logfile'])}`;
}

function isSame(a: ParquetRow, b: ParquetRow): boolean {
  return textOf(a) === textOf(b);
}

function columnsThatDiffer(a: ParquetRow, b: ParquetRow): string {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => textOf(a[name]) !== textOf(b[name])).join(', ');
}

function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return one.toString();
    return one instanceof Uint8Array ? Buffer.from(one).toString('hex') : one;
  });
}

/** Three are enough to go and look. */
function tell(what: string, places: readonly string[]): string {
  if (places.length === 0) return '';
  return `${places.length} ${what}, as ${places.slice(0, 3).join(', ')}`;
}
