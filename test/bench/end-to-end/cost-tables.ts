import {
  centralizedLoggingCost,
  costPerTerabyte,
  LAMBDA_MEMORY_MB,
  type TerabyteCost,
} from './cost-per-terabyte.ts';
import { corpusFor, rowFor, type CorpusFigures, type Figures } from './figures.ts';
import { dollars, markdownTable, number } from './markdown-table.ts';

const PEERS = ['normalise', 'duckdb', 'pyarrow'] as const;

/** What processors cost, whoever does the work. */
export function lambdaTable(figures: Figures): string {
  const typical = corpusFor(figures, 'typical');
  const published = centralizedLoggingCost();
  const of = (id: 'ingest' | (typeof PEERS)[number]): TerabyteCost => costOf(typical, id);
  const row = (name: string, gbSeconds: number, cost: number): string[] => [
    name,
    number(gbSeconds),
    dollars(cost),
    `${number(published.lambda / cost)}×`,
  ];
  const ours = of('ingest');
  return markdownTable(
    ['a terabyte of JSON, typical files', 'GB-seconds', 'Lambda', 'Centralized Logging by it'],
    [
      row('Trailseal, all of `trailseal ingest`', ours.gbSeconds, ours.lambda),
      ...PEERS.map((id) => row(rowFor(typical, id).name, of(id).gbSeconds, of(id).lambda)),
      row("AWS's Centralized Logging, as published", published.gbSeconds, published.lambda),
    ],
  );
}

/** What bringing a terabyte into the lake costs, keeping it and asking it. */
export function billTable({ corpora }: Figures): string {
  const costs = corpora.map((one) => costOf(one, 'ingest'));
  const line = (name: string, of: (cost: TerabyteCost) => string): string[] => [name, ...costs.map(of)];
  return markdownTable(
    ['a terabyte of JSON', ...corpora.map(({ corpus }) => corpus.id)],
    [
      line(`Lambda, ${LAMBDA_MEMORY_MB.toLocaleString('en-US')} MB`, ({ lambda }) => dollars(lambda)),
      line('S3: reading log files, writing the lake', ({ requests }) => dollars(requests)),
      line('EventBridge, SQS', ({ messages }) => dollars(messages)),
      line('**once**', ({ once }) => `**${dollars(once)}**`),
      line('S3, a month: log files', ({ raw }) => dollars(raw.month)),
      line('S3, a month: the lake', ({ lake }) => dollars(lake.month)),
      line('Athena, one query: all of the gzipped JSON', ({ raw }) => dollars(raw.scan)),
      line('Athena, one query: all of the lake', ({ lake }) => dollars(lake.scan)),
      line('Athena, one query: six columns of the lake', ({ lake }) => dollars(lake.usualScan)),
    ],
  );
}

function costOf(figures: CorpusFigures, id: 'ingest' | (typeof PEERS)[number]): TerabyteCost {
  const { corpus, lake } = figures;
  const { rawBytes, storedBytes, files: logFiles } = corpus;
  const cpuSeconds = rowFor(figures, id).cpuSeconds.median;
  return costPerTerabyte({ rawBytes, storedBytes, logFiles, ...lake, cpuSeconds });
}
