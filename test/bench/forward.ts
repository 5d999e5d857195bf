import { parseArgs } from 'node:util';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { readRuleFolder } from '../../shared/adapters/rule-folder.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import {
  LAMBDA_ARM64_GB_SECOND,
  LAMBDA_INVOCATION,
  S3_GET,
  S3_PUT_OR_LIST,
  SQS_REQUEST,
} from '../../shared/core/prices.ts';
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
 * `npm run bench:forward`: the job of the function `forward` over the sample, with the rules in `rules/` and a store in memory: events a second on
 * one thread, how many requests it makes of S3 for a million events, and what those and the time would cost. Alerts of the sample's few principals
 * are few; how many a real organisation has, its own backtest says.
 */

const { values: flags } = parseArgs({
  options: { 'size-mb': { type: 'string', default: '60' }, rounds: { type: 'string', default: '3' } },
});
const HOUR = 60 * 60_000;
/** Log files to an invocation: those of alertWaitSeconds. */
const FILES = 20;
const MEMORY_GB = 1;

const { rules } = rulesOfFiles(await readRuleFolder('rules'));
const files = [...sampleLogFiles(DEFAULT_SAMPLE_OPTIONS, { rawBytes: Number(flags['size-mb']) * 1e6 })];
const source = new MemorySource(new Map(files.map(({ key, body }) => [key, body])));
const now = Date.now();

/** Counts requests as S3 does: one list is a request for every thousand keys. */
class CountingStore implements ObjectStore {
  readonly #store = new MemoryStore();
  gets = 0;
  putsAndLists = 0;

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
  readonly store: CountingStore;
}

async function run(): Promise<Run> {
  const store = new CountingStore();
  let messages = 0;
  const channel = {
    name: 'sns',
    send: (alerts: readonly unknown[]) => {
      messages += alerts.length;
      return Promise.resolve(alerts.map(() => undefined));
    },
  };
  const ports = {
    source,
    store,
    channels: [channel],
    rules: new RuleSet(rules.map(({ rule }) => rule)),
    known: nothingKnown(),
    gate: new WeightedGate(16 << 20),
    hasTime: () => true,
    now: () => now,
    leaseMs: HOUR,
    caller: 'bench',
  };
  const options = { limits: DEFAULT_LIMITS, maxAgeMs: Infinity, redact: new Set<string>() };
  let [events, matches, invocations] = [0, 0, 0];
  const start = performance.now();
  for (let from = 0; from < files.length; from += FILES) {
    const some = files.slice(from, from + FILES).map(({ key, body }) => ({ key, size: body.length }));
    const result = await forward(some, ports, options);
    invocations += 1;
    events += result.records;
    for (const { matches: of } of result.rules.values()) matches += of;
  }
  const seconds = (performance.now() - start) / 1000;
  const alerts = messages;
  await followUp({ ...ports, now: () => now + 48 * HOUR }, { graceMs: 0, lookBackMs: Infinity });
  return { events, seconds, matches, alerts, more: messages - alerts, invocations, store };
}

const runs: Run[] = [];
for (let round = 0; round < Number(flags.rounds); round += 1) runs.push(await run());
const [first] = runs;
if (first === undefined) throw new Error('no rounds');
const { events, matches, alerts, more, invocations, store } = first;
const rate = spreadOf(runs.map(({ seconds }) => events / seconds));
const perMillion = 1e6 / events;
const s3 = (store.gets * S3_GET + store.putsAndLists * S3_PUT_OR_LIST) * perMillion;
const fetches = files.length * S3_GET * perMillion;
const lambda =
  (invocations * LAMBDA_INVOCATION + (events / rate.median) * MEMORY_GB * LAMBDA_ARM64_GB_SECOND) *
  perMillion;
const queue = (files.length + 2 * invocations) * SQS_REQUEST * perMillion;
const figure = (value: number): string => Math.round(value).toLocaleString('en-US');

console.log(
  `${figure(events)} events in ${figure(files.length)} log files, ${rules.length} rules, ${FILES} log files an invocation`,
);
console.log(
  `events/s, one thread: ${figure(rate.median)} (${figure(rate.least)} to ${figure(rate.most)}), from gzip to what is to be sent`,
);
console.log(
  `selected: ${figure(matches)} events; alerts: ${figure(alerts)}; messages of how many more: ${figure(more)}`,
);
console.log(
  `a million events: ${figure(store.putsAndLists * perMillion)} puts and lists, ${figure(store.gets * perMillion)} gets of what is kept`,
);
console.log(
  `dollars a million events: ${(s3 + fetches + lambda + queue).toFixed(3)} (what is kept ${s3.toFixed(3)}, fetching ${fetches.toFixed(3)}, Lambda ${lambda.toFixed(3)} at this machine's speed, SQS ${queue.toFixed(3)})`,
);
