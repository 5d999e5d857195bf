import { counted } from '../../../shared/core/report/figure-text.ts';
import { USUAL_COLUMNS } from './lake-size.ts';
import { billTable, lambdaTable } from './cost-tables.ts';
import { CENTRALIZED_LOGGING, LAMBDA_MEMORY_MB, WAITS } from './cost-per-terabyte.ts';
import type { Figures } from './figures.ts';
import { corpusSentence, corpusTable, coldTable, targetsTable } from './tables.ts';
import { MB_PER_VCPU, S3_WAIT_MS } from '../function-cost.ts';

/** `docs/benchmarks.md`: the same text for the same figures. Tables aren't aligned yet. */
export function document(figures: Figures): string {
  const { about, corpora, cold } = figures;
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`);
  return `# Benchmarks

\`npm run bench\` wrote this page and its picture; nothing in it is typed in by hand. To make it again, on a quiet machine with two cores (about twenty minutes at the default sizes; needs Python 3.11 or newer, like the tests):

\`\`\`
npm ci
${rerun(about)}
\`\`\`

\`--json\` prints the figures and leaves the page alone; \`--from figures.json\` makes the page of such figures. The log files are made from a seed: everybody's are the same.

Here: ${about.date}, ${about.cpu}, ${about.cores} cores, ${about.memoryGB} GB, load ${about.load.toFixed(2)} when it began; ${versions.join(', ')}. Medians of ${counted(about.rounds, 'round')} (cold start: ${about.coldRounds}) in which every contestant has its turn, after one that isn't counted; in brackets the least and the most.

![Megabytes of JSON a second by contestant and corpus](benchmarks.svg)

## Targets

What was asked of the whole job. Each stands as it was set, met or not. Speed is judged by the slower of two clocks: one outside the process, from start to exit, and the process's own, which leaves out its start-up. Speed, memory and cold start are judged on log files to Parquet, which is what the peers do.

${targetsTable(figures)}

## Throughput

${corpora.map((one) => `### ${capital(one.corpus.name)}\n\n${corpusSentence(one)}\n\n${corpusTable(one)}`).join('\n\n')}

**÷ orjson**: times as fast as orjson + pyarrow on as many threads, start to exit. **CPU s a million**: of all threads and processes, user and system, for a million events, start-up included. **Peak MB**: of several processes together. **Out MB**: Parquet.

## Cold start

A process over ${cold.corpus.events.toLocaleString('en-US')} events in ${cold.corpus.files} log files (${(cold.corpus.rawBytes / 1e6).toFixed(1)} MB of JSON), beside processes that do nothing. What Node.js has compiled is kept between runs, as \`trailseal\` keeps it.

${coldTable(cold)}

## What a terabyte costs

Dollars for 10¹² bytes of JSON: list prices of us-east-1 ([prices.ts](../shared/core/prices.ts)), worked out from the figures above ([cost-per-terabyte.ts](../test/bench/end-to-end/cost-per-terabyte.ts)). Nothing here was measured on AWS.

${lambdaTable(figures)}

${billTable(figures)}

- Lambda: arm64, ${LAMBDA_MEMORY_MB.toLocaleString('en-US')} MB, as deployed. ${MB_PER_VCPU.toLocaleString('en-US')} MB are one vCPU and less is less in proportion; one vCPU is taken to be as fast as a core here. CPU time is that of the whole process with one worker, start-up included. Each batch is an invocation, and waits ${WAITS} times ${S3_WAIT_MS} ms for S3, processor idle. The peers' rows have the same batches and waits.
- S3: a GET for each log file; a PUT for each Parquet object; plan, receipts, seal mark and two listings for each batch. Storage is S3 Standard.
- Athena: $5 a terabyte scanned. "Six columns": ${USUAL_COLUMNS.map((name) => `\`${name}\``).join(', ')}, no row left out; most questions name a day, and read a fraction ([layout.md](layout.md)).
- Batches are as full as this corpus makes them: an organisation's hold what one account and region has here, a megabyte or so; longer gathering fills them.
- The lake is as \`ingest\` leaves it; [compaction](compaction.md) makes it smaller.
- Centralized Logging: AWS's published ${CENTRALIZED_LOGGING.msPerMB} ms of a 1 GB function for a megabyte of raw logs, not measured here, at arm64's price, which is in its favour, without the services it feeds. It does another job: what it makes goes to a search engine.

## Contestants

Each is a process of its own that reads the same gzipped log files from disk and writes Parquet with zstd.

- **gunzip alone**: \`inflateRawSync\` with the size from the trailer, no checksum: the floor. What two threads of it gain is about what this machine's two cores can.
- **Trailseal, log files to Parquet** ([normalise.ts](../test/bench/end-to-end/normalise.ts)): the engine over the batches of \`ingest\`, bundled like the functions and the command line, every column of the lake ([lake.md](lake.md)), a SHA-256 of each record and each log file, rows in order of time, an object for each partition and batch.
- **Trailseal, all of \`trailseal ingest\`**: the same with the command line, plans, receipts and digests of each object, everything flushed to disk; one thread plans, and as many as are said work.
- **DuckDB, text + \`from_json\`** ([duckdb_documented.py](../test/bench/end-to-end/duckdb_documented.py)): its fastest form of several for each corpus. AWS's documented columns only, one file, no partitions, no order, no hashes.
- **Python, orjson + pyarrow** ([orjson_pyarrow.py](../test/bench/orjson_pyarrow.py)): every column, partitions, rows in order; prints JSON again instead of keeping its bytes; no plans, receipts or quarantine.
- **The reference** ([reference-files.ts](../test/bench/end-to-end/reference-files.ts)): the plain normaliser and another's Parquet writer, to which tests hold the engine byte for byte.
`;
}

function rerun({ sizeMB, rounds }: Figures['about']): string {
  return `npm run bench -- --size-mb ${sizeMB} --rounds ${rounds}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
