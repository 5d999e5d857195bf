import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { printable } from './human.ts';
import type { QueryResult } from '../../shared/core/query-result.ts';

/** Writes a result as a JSON array of objects, one a line, in constant memory. */
export async function writeJsonRows({ columns, chunks }: QueryResult, out: Writable): Promise<void> {
  let separator = '[\n';
  for await (const chunk of chunks) {
    const lines = chunk.map((row) =>
      printable(JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, row[i]])))),
    );
    if (lines.length === 0) continue;
    if (!out.write(separator + lines.join(',\n'))) await once(out, 'drain');
    separator = ',\n';
  }
  out.write(separator === '[\n' ? '[]\n' : '\n]\n');
}
