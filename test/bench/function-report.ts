import type { Bundle } from './function-container.ts';
import type { InvocationCost } from './function-cost.ts';
import type { Spread } from './spread.ts';

/** Milliseconds from starting a process. */
export interface ColdStart {
  readonly name: string;
  /** Until the handler's module is loaded; for plain Node, until it has ended. */
  readonly imported: Spread;
  /** Until the first invocation has answered. */
  readonly answered: Spread | undefined;
}

/** One invocation of normalise. */
export interface Load {
  readonly what: string;
  readonly large: boolean;
  readonly logFiles: number;
  readonly events: number;
  readonly textBytes: number;
  readonly storedBytes: number;
  readonly cpuMs: Spread;
  readonly waitMs: Spread;
  readonly peakMemoryMB: Spread;
  readonly gets: number;
  readonly putsAndLists: number;
  /** Parquet objects stored. */
  readonly objects: number;
  readonly cost: InvocationCost;
}

/** One invocation of partitions. */
export interface PartitionsLoad {
  readonly what: string;
  readonly messages: number;
  readonly cpuMs: Spread;
  readonly waitMs: Spread;
  readonly peakMemoryMB: Spread;
  readonly cost: InvocationCost;
}

export interface Result {
  readonly about: {
    readonly cpu: string;
    readonly seed: string;
    readonly rounds: number;
    readonly coldRounds: number;
    readonly s3Ms: number;
  };
  readonly bundles: Readonly<Record<string, Bundle>>;
  readonly coldStarts: readonly ColdStart[];
  readonly loads: readonly Load[];
  readonly partitions: readonly PartitionsLoad[];
}

/** Markdown. */
export function report({ about, bundles, coldStarts, loads, partitions }: Result): string {
  return [
    `${about.cpu}, Node ${process.versions.node}; medians (least to most) of ${about.rounds} rounds, cold starts of ${about.coldRounds}; ` +
      `sample seed "${about.seed}"; S3 answers after ${about.s3Ms} ms.`,
    coldStartTable(bundles, coldStarts),
    loadTable(loads, bundles['normalise']?.memoryMB ?? 0),
    costTable(loads, partitions),
    partitionsTable(partitions),
  ].join('\n\n');
}

function coldStartTable(bundles: Result['bundles'], coldStarts: readonly ColdStart[]): string {
  const empty = coldStarts.find(({ name }) => name === 'empty');
  const rows = coldStarts.map(({ name, imported, answered }) => {
    const { zipBytes = 0, codeBytes = 0 } = bundles[name] ?? {};
    const ratio = (own: Spread | undefined, other: Spread | undefined): string =>
      own === undefined || other === undefined ? '' : (own.median / other.median).toFixed(1);
    return [
      name === 'node' ? '`node -e 0`' : name,
      zipBytes === 0 ? '' : `${(zipBytes / 1000).toFixed(0)} kB (${(codeBytes / 1000).toFixed(0)} kB)`,
      ms(imported),
      ratio(imported, empty?.imported),
      answered === undefined ? '' : ms(answered),
    ];
  });
  return table(['function', 'zip (code)', 'loaded, ms', '÷ empty', 'first answer, ms'], rows);
}

function loadTable(loads: readonly Load[], memoryMB: number): string {
  const rows = loads.map((load) => [
    load.what,
    Math.round(load.events).toLocaleString('en-US'),
    (load.textBytes / 1e6).toFixed(1),
    (load.storedBytes / 1e6).toFixed(1),
    ms(load.cpuMs),
    ms(load.waitMs),
    (load.textBytes / 1e3 / load.cpuMs.median).toFixed(1),
    `${load.peakMemoryMB.median.toFixed(0)} (${load.peakMemoryMB.least.toFixed(0)}–${load.peakMemoryMB.most.toFixed(0)})`,
    load.peakMemoryMB.most > memoryMB ? 'TOO MUCH' : '',
    `${load.gets.toFixed(0)} + ${load.putsAndLists.toFixed(0)}`,
    load.objects.toFixed(0),
  ]);
  const head = [
    'normalise',
    'events',
    'MB text',
    'MB stored',
    'CPU ms',
    'waiting ms',
    'MB per CPU s',
    'peak MB',
    `of ${memoryMB}`,
    'GET + PUT/LIST',
    'Parquet objects',
  ];
  return table(head, rows);
}

/** What a million events cost, each arriving in invocations of that kind. */
function costTable(loads: readonly Load[], partitions: readonly PartitionsLoad[]): string {
  const rows = loads
    .filter(({ large }) => !large)
    .map((load) => {
      const times = 1e6 / load.events;
      const { billedMs, lambda, requests, messages, total } = load.cost;
      const after = partitionsCost(load.objects, partitions) * times;
      const gbSeconds = (billedMs / 1000) * times;
      const parts = [lambda * times, requests * times, messages * times, after, total * times + after];
      const perFile = (total + partitionsCost(load.objects, partitions)) / load.logFiles;
      return [load.what, billedMs.toLocaleString('en-US'), gbSeconds.toFixed(0)].concat(
        [...parts, perFile * 1000].map(dollars),
      );
    });
  const head = [
    'a million events in invocations of',
    'billed ms each',
    'GB-s',
    'Lambda',
    'S3',
    'SQS, EventBridge',
    'partitions',
    'all',
    '1,000 log files',
  ];
  return table(head, rows);
}

/** One invocation of partitions for the objects of one of normalise: the measured case with the next higher number of messages. */
function partitionsCost(objects: number, partitions: readonly PartitionsLoad[]): number {
  const known = partitions.filter(({ what }) => what.includes('known'));
  const chosen = known.find(({ messages }) => messages >= objects) ?? known.at(-1);
  if (chosen === undefined) return 0;
  return chosen.cost.lambda + (chosen.cost.messages / chosen.messages) * objects;
}

function partitionsTable(partitions: readonly PartitionsLoad[]): string {
  const rows = partitions.map(({ what, messages, cpuMs, waitMs, peakMemoryMB, cost }) => [
    what,
    ms(cpuMs),
    ms(waitMs),
    peakMemoryMB.most.toFixed(0),
    cost.billedMs.toString(),
    dollars((cost.total / messages) * 1000),
  ]);
  return table(['partitions', 'CPU ms', 'waiting ms', 'peak MB', 'billed ms', '1,000 objects'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function ms({ median, least, most }: Spread): string {
  return `${whole(median)} (${whole(least)}–${whole(most)})`;
}

function whole(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
}

function dollars(value: number): string {
  return `$${value.toFixed(value < 0.01 ? 4 : 3)}`;
}
