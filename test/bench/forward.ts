import { parseArgs } from 'node:util';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { readRuleFolder } from '../../shared/adapters/rule-folder.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { logFileTime } from '../../shared/core/log-file-key.ts';
import { S3_GET, S3_PUT_OR_LIST, SQS_REQUEST } from '../../shared/core/prices.ts';
import { rulesOfFiles } from '../../shared/core/rules/rule-of-file.ts';
import { RuleSet } from '../../shared/core/rules/rule-set.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { followUp } from '../../shared/jobs/follow-up.ts';
import { forward, nothingKnown } from '../../shared/jobs/forward.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { WeightedGate } from '../../shared/jobs/weighted-gate.ts';
import { MemorySource } from '../support/memory-source.ts';
import { spreadOf } from './spread.ts';

/**
 * `npm run bench:forward`: the jobs of `forward` and `followup` over the sample, five minutes of log files after the other, with the rules in `rules/`
 * and a store in memory: events a second on one thread, how many requests they make of S3 for a million events, and what those cost. How many
 * events of a real organisation rules select, its own backtest says.
 */

const { values: flags } = parseArgs({
  options: { 'size-mb': { type: 'string', default: '60' }, rounds: { type: 'string', default: '3' } },
});
const HOUR = 60 * 60_000;
const EVERY = 5 * 60_000;
/** Log files to an invocation, at most. */
const FILES = 100;

interface Requests {
  readonly gets: number;
  readonly putsAndLists: number;
}

const NOTHING: Requests = { gets: 0, putsAndLists: 0 };

interface BenchFile {
  readonly key: string;
  readonly size: number;
}

const { rules } = rulesOfFiles(await readRuleFolder('rules'));
const files = [...sampleLogFiles(DEFAULT_SAMPLE_OPTIONS, { rawBytes: Number(flags['size-mb']) * 1e6 })];
const source = new MemorySource(new Map(files.map(({ key, body }) => [key, body])));
/** By the five minutes that they were delivered in. */
const slots = [
  ...Map.groupBy(
    files.map(({ key, body }): BenchFile => ({ key, size: body.length })),
    ({ key }) => Math.ceil((logFileTime(key) ?? 0) / EVERY) * EVERY,
  ),
]
  .filter(([slot]) => slot > 0)
  .sort(([a], [b]) => a - b);

/** Counts requests as S3 does: one list is a request for every thousand keys. */
class CountingStore implements ObjectStore {
  readonly #store = new MemoryStore();
  gets = 0;
  putsAndLists = 0;

  requests(): Requests {
    return { gets: this.gets, putsAndLists: this.putsAndLists };
  }

  get(key: string): Promise<Uint8Array | undefined> {
    this.gets += 1;
    return this.#store.get(key);
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    this.putsAndLists += 1;
    return this.#store.putIfAbsent(key, bytes);
  }

  async *list(prefix: string, after?: string): AsyncGenerator<string> {
    this.putsAndLists += 1;
    let keys = 0;
    for await (const key of this.#store.list(prefix, after)) {
      keys += 1;
      if (keys % 1000 === 0) this.putsAndLists += 1;
      yield key;
    }
  }
}

interface Run {
  readonly events: number;
  readonly seconds: number;
  readonly matches: number;
  readonly alerts: number;
  readonly more: number;
  readonly invocations: number;
  readonly runs: number;
  readonly forwarded: Requests;
  readonly followedUp: Requests;
}

/** Five minutes of log files after the other, as delivered, and followup after each; then followup until the last window is out of sight. */
async function run(): Promise<Run> {
  const store = new CountingStore();
  let now = 0;
  let messages = 0;
  const channel = {
    name: 'sns',
    send: (alerts: readonly unknown[]) => {
      messages += alerts.length;
      return Promise.resolve(alerts.map(() => undefined));
    },
  };
  const outbox = { store, channels: [channel], now: () => now, leaseMs: 120_000, caller: 'bench' };
  const ports = {
    ...outbox,
    source,
    rules: new RuleSet(rules.map(({ rule }) => rule)),
    known: nothingKnown(),
    gate: new WeightedGate(16 << 20),
    hasTime: () => true,
  };
  const options = { limits: DEFAULT_LIMITS, maxAgeMs: 72 * HOUR, redact: new Set<string>() };
  const followUpOptions = { graceMs: 15 * 60_000, lookBackMs: 96 * HOUR, everyMs: EVERY };
  let [events, matches, invocations, runs, seconds, alerts] = [0, 0, 0, 0, 0, 0];
  let [forwarded, followedUp] = [NOTHING, NOTHING];
  const [first = 0, last = 0] = [slots[0]?.[0], slots.at(-1)?.[0]];
  const bySlot = new Map(slots);
  for (now = first; now < last + 100 * HOUR; now += EVERY) {
    const before = { messages, requests: store.requests() };
    const start = performance.now();
    for (const portion of inPortions(bySlot.get(now) ?? [])) {
      const result = await forward(portion, ports, options);
      invocations += 1;
      events += result.records;
      for (const { matches: of } of result.rules.values()) matches += of;
    }
    seconds += (performance.now() - start) / 1000;
    alerts += messages - before.messages;
    forwarded = sum(forwarded, difference(store.requests(), before.requests));
    const between = store.requests();
    await followUp({ ...outbox, hasTime: () => true }, followUpOptions);
    runs += 1;
    followedUp = sum(followedUp, difference(store.requests(), between));
  }
  return {
    events,
    seconds,
    matches,
    alerts,
    more: messages - alerts,
    invocations,
    runs,
    forwarded,
    followedUp,
  };
}

function* inPortions(files: readonly BenchFile[]): Generator<BenchFile[]> {
  for (let from = 0; from < files.length; from += FILES) yield files.slice(from, from + FILES);
}

function sum(a: Requests, b: Requests): Requests {
  return { gets: a.gets + b.gets, putsAndLists: a.putsAndLists + b.putsAndLists };
}

function difference(a: Requests, b: Requests): Requests {
  return { gets: a.gets - b.gets, putsAndLists: a.putsAndLists - b.putsAndLists };
}

function dollars({ gets, putsAndLists }: Requests): number {
  return (gets * S3_GET + putsAndLists * S3_PUT_OR_LIST) * perMillion;
}

const results: Run[] = [];
for (let round = 0; round < Number(flags.rounds); round += 1) results.push(await run());
const [result] = results;
if (result === undefined) throw new Error('no rounds');
const { events, matches, alerts, more, invocations, runs, forwarded, followedUp } = result;
const rate = spreadOf(results.map(({ seconds }) => events / seconds));
const perMillion = 1e6 / events;
const fetches = files.length * S3_GET * perMillion;
const queue = (files.length + 2 * invocations) * SQS_REQUEST * perMillion;
const total = dollars(forwarded) + dollars(followedUp) + fetches + queue;
const figure = (value: number): string => Math.round(value).toLocaleString('en-US');

console.log(
  `${figure(events)} events in ${figure(files.length)} log files, ${rules.length} rules; ${figure(invocations)} invocations of forward, ${figure(runs)} runs of followup`,
);
console.log(
  `events/s, one thread: ${figure(rate.median)} (${figure(rate.least)} to ${figure(rate.most)}), from gzip to what is to be sent`,
);
console.log(
  `counted: ${figure(matches)} events; alerts: ${figure(alerts)}; told by followup: ${figure(more)}`,
);
for (const [name, requests] of [
  ['forward', forwarded],
  ['followup', followedUp],
] as const)
  console.log(
    `${name}, a million events: ${figure(requests.putsAndLists * perMillion)} puts and lists, ${figure(requests.gets * perMillion)} gets`,
  );
console.log(
  `dollars a million events, Lambda aside: ${total.toFixed(2)} (forward's S3 ${dollars(forwarded).toFixed(2)}, followup's ${dollars(followedUp).toFixed(2)}, fetching log files ${fetches.toFixed(2)}, SQS ${queue.toFixed(2)})`,
);
