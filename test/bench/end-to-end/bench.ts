import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { FIGURES, type Figures } from './figures.ts';
import { runAll } from './run-all.ts';
import { targetsOf } from './targets.ts';
import { writePage } from './write-page.ts';

/**
 * `npm run bench`: the whole job, from gzipped log files to Parquet, beside Python with orjson and pyarrow, DuckDB and gunzip alone; small, typical and
 * large files, one account and an organisation's; cold starts; what a terabyte costs. Writes docs/benchmarks.md, which says what is compared and how.
 *
 *   npm run bench -- --size-mb 300 --rounds 5
 *   npm run bench -- --json > figures.json      prints the figures, writes no page
 *   npm run bench -- --from figures.json        makes the page of figures there are
 */

const { values: flags } = parseArgs({
  options: {
    /** Of JSON, about, in each corpus; twice as much in that of large files, of which there are two at least. */
    'size-mb': { type: 'string', default: '300' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    from: { type: 'string' },
  },
});

const figures = await figuresFrom(flags.from);
if (flags.json) console.log(JSON.stringify(figures));
else {
  await writePage(figures);
  for (const { what, wanted, measured, met } of targetsOf(figures))
    console.log(`${met ? 'met    ' : 'NOT MET'}  ${what}: ${measured}, wanted ${wanted}`);
  console.log('docs/benchmarks.md has it all');
}

async function figuresFrom(file: string | undefined): Promise<Figures> {
  if (file !== undefined) return FIGURES.parse(JSON.parse(await readFile(file, 'utf8')));
  const [sizeMB, rounds] = [Number(flags['size-mb']), Number(flags.rounds)];
  if (!(sizeMB > 0) || !(rounds >= 1)) throw new RangeError('--size-mb and --rounds must be numbers above 0');
  return await runAll(sizeMB, rounds, (doing) => console.error(`… ${doing}`));
}
