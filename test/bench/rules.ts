import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { compileEventPattern } from '../../shared/core/rules/event-pattern.ts';
import { recordViewOfText } from '../../shared/core/rules/record-view.ts';
import { RuleIndex } from '../../shared/core/rules/rule-index.ts';
import { Random } from '../../shared/core/sample/random.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { buildEventRuler, eventRulerVersion } from '../support/event-ruler.ts';
import { spreadOf } from './spread.ts';

/**
 * `npm run bench:rules`: records against rules, ours beside aws/event-ruler: both one thread, from a record's JSON text to the rules that match
 * it, the same records and rules, rounds interleaved, the same number of matches or an error.
 *
 *   npm run bench:rules -- --events 20000 --rounds 9
 */

const { values: flags } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '9' },
  },
});

const RULE_COUNTS = [1, 50, 500];
/** Until both compilers have seen everything. */
const WARM_UP_ROUNDS = 3;

interface Round {
  readonly seconds: number;
  readonly matches: number;
}

interface Contestant {
  readonly name: string;
  readonly rules: number;
  readonly round: () => Promise<Round>;
  readonly stop: () => void;
}

async function main(): Promise<void> {
  const java = buildEventRuler();
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-bench-'));
  const events = sampleEvents(Number(flags.events));
  const patterns = [...rulesFor(events, RULE_COUNTS.at(-1) ?? 0)];
  const eventsFile = await linesFile(folder, 'events', events);
  const contestants: Contestant[] = [];
  try {
    for (const count of RULE_COUNTS) {
      const chosen = patterns.slice(0, count);
      const rulesFile = await linesFile(
        folder,
        `rules-${count}`,
        chosen.map((pattern) => JSON.stringify(pattern)),
      );
      contestants.push(ours(chosen, events), theirs(java, count, rulesFile, eventsFile));
    }
    print(events, await interleaved(contestants));
  } finally {
    for (const { stop } of contestants) stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function sampleEvents(count: number): string[] {
  const events: string[] = [];
  for (const { body } of sampleLogFiles(DEFAULT_SAMPLE_OPTIONS, { records: count })) {
    const { Records } = JSON.parse(gunzipSync(body).toString('utf8')) as {
      readonly Records?: readonly object[];
    };
    for (const record of Records ?? []) events.push(JSON.stringify(record));
  }
  return events.slice(0, count);
}

type Pattern = Readonly<Record<string, unknown>>;
interface Call {
  readonly eventSource: string;
  readonly eventName: string;
}

/** As people write them: most name a service and some of its events, and some ask for more. */
function* rulesFor(events: readonly string[], count: number): Generator<Pattern> {
  const random = new Random('rules');
  const calls = events
    .map((event) => JSON.parse(event) as Partial<Call>)
    .filter((call): call is Call => call.eventSource !== undefined && call.eventName !== undefined);
  for (let made = 0; made < count; made += 1) {
    const { eventSource, eventName } = random.pick(calls);
    // Not every rule is about what happens all the time.
    const seldom = made > 0 && random.chance(0.7);
    const names = Array.from({ length: random.between(1, 4) }, () =>
      seldom ? seldomName(random) : random.pick(calls).eventName,
    );
    if (!seldom) names[0] = eventName;
    yield random.chance(0.03)
      ? {
          errorCode: [{ wildcard: '*UnauthorizedOperation' }, { prefix: 'AccessDenied' }],
          awsRegion: [`region-${made}`],
        }
      : { eventSource: [eventSource], eventName: names, ...more(random) };
  }
}

const VERBS = ['Create', 'Delete', 'Put', 'Update', 'Attach', 'Detach', 'Modify', 'Stop', 'Disable'];
const OBJECTS = [
  'User',
  'Role',
  'Trail',
  'Bucket',
  'Key',
  'Policy',
  'Vpc',
  'Route',
  'Instance',
  'Snapshot',
  'Function',
  'Table',
];

function seldomName(random: Random): string {
  return `${random.pick(VERBS)}${random.pick(OBJECTS)}${random.pick(['', 'Policy', 'Attribute', 'Configuration'])}`;
}

function more(random: Random): Pattern {
  const draw = random.float();
  if (draw < 0.6) return {};
  if (draw < 0.7)
    return {
      userIdentity: {
        arn: [{ wildcard: `*:${random.pick(['user', 'assumed-role'])}/*${random.base62(1)}*` }],
      },
    };
  if (draw < 0.78)
    return {
      userIdentity: { type: [{ 'anything-but': ['AWSService', 'Root'] }] },
      errorCode: [{ exists: false }],
    };
  if (draw < 0.84)
    return { requestParameters: { maxResults: [{ numeric: ['>', random.int(100), '<=', 1000] }] } };
  if (draw < 0.9) return { sourceIPAddress: [{ cidr: `${random.int(223) + 1}.0.0.0/4` }] };
  if (draw < 0.96)
    return {
      resources: {
        type: ['AWS::S3::Object'],
        ARN: [{ prefix: `arn:aws:s3:::${random.base62(1).toLowerCase()}` }],
      },
    };
  return {
    $or: [
      { readOnly: [false] },
      { userIdentity: { sessionContext: { attributes: { mfaAuthenticated: ['false'] } } } },
    ],
  };
}

function ours(patterns: readonly Pattern[], events: readonly string[]): Contestant {
  const index = new RuleIndex(
    patterns.map((pattern, place) => [place, compileEventPattern(pattern)] as const),
  );
  const round = (): Promise<Round> => {
    const start = performance.now();
    let matches = 0;
    for (const event of events) matches += index.matching(recordViewOfText(event)).length;
    return Promise.resolve({ seconds: (performance.now() - start) / 1000, matches });
  };
  return { name: 'trailseal', rules: patterns.length, round, stop: () => undefined };
}

function theirs(java: readonly string[], rules: number, rulesFile: string, eventsFile: string): Contestant {
  const child = spawn('java', [...java, 'trailseal.Bench', rulesFile, eventsFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const round = async (): Promise<Round> => {
    child.stdin.write('\n');
    const { value, done } = await lines.next();
    if (done === true) throw new Error('event-ruler ended');
    const [nanoseconds, matches] = value.split(' ').map(Number);
    return { seconds: (nanoseconds ?? Number.NaN) / 1e9, matches: matches ?? Number.NaN };
  };
  return { name: `event-ruler ${eventRulerVersion()}`, rules, round, stop: () => child.kill() };
}

async function interleaved(contestants: readonly Contestant[]): Promise<Map<Contestant, readonly Round[]>> {
  const rounds = new Map<Contestant, Round[]>(contestants.map((contestant) => [contestant, []]));
  for (let count = -WARM_UP_ROUNDS; count < Number(flags.rounds); count += 1)
    for (const [contestant, done] of rounds) {
      const round = await contestant.round();
      if (count >= 0) done.push(round);
    }
  return rounds;
}

function print(events: readonly string[], rounds: Map<Contestant, readonly Round[]>): void {
  const [cpu] = cpus();
  const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(event), 0);
  console.log(
    `${events.length} records of ${(bytes / events.length / 1000).toFixed(1)} kB; ${cpu?.model ?? 'unknown CPU'}; one thread each, from JSON text; ` +
      `medians of ${flags.rounds} interleaved rounds`,
  );
  const table = new Table({
    head: ['rules', '', 'records/s', 'spread', 'µs a record', '× peer', 'matches'],
    style: { head: [], border: [] },
  });
  const measured = [...rounds].map(([contestant, done]) => ({
    contestant,
    spread: spreadOf(done.map(({ seconds }) => seconds)),
    matches: done[0]?.matches,
  }));
  for (const { contestant, spread, matches } of measured) {
    const peer = measured.find(
      (other) => other.contestant.rules === contestant.rules && other.contestant.name !== contestant.name,
    );
    if (peer?.matches !== matches)
      throw new Error(
        `${contestant.rules} rules: ${matches} matches by ${contestant.name}, ${peer?.matches} by the other`,
      );
    const rate = (seconds: number): string => Math.round(events.length / seconds).toLocaleString('en');
    table.push([
      String(contestant.rules),
      contestant.name,
      rate(spread.median),
      `${rate(spread.most)}–${rate(spread.least)}`,
      ((spread.median / events.length) * 1e6).toFixed(1),
      ((peer?.spread.median ?? Number.NaN) / spread.median).toFixed(2),
      String(matches),
    ]);
  }
  console.log(table.toString());
}

async function linesFile(folder: string, name: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

await main();
