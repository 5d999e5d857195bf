import { randomUUID } from 'node:crypto';
import { DirectoryStore } from '../shared/adapters/directory-store.ts';
import { DEFAULT_LIMITS } from '../shared/core/limits.ts';
import type { CompiledRule } from '../shared/core/rules/compiled-rule.ts';
import { RuleSet } from '../shared/core/rules/rule-set.ts';
import type { AlertChannel } from '../shared/jobs/alert-channel.ts';
import { followUp } from '../shared/jobs/follow-up.ts';
import { forward, nothingKnown, type ForwardResult, type RuleCounts } from '../shared/jobs/forward.ts';
import type { LogFileSource } from '../shared/jobs/ports.ts';
import { WeightedGate } from '../shared/jobs/weighted-gate.ts';
import { FoundLogFiles, type LocalDelivery } from './local-deliveries.ts';

export interface ForwardRun {
  readonly source: LogFileSource;
  readonly rules: readonly CompiledRule[];
  /** Where alerts are remembered. */
  readonly lake: string;
  readonly channel: AlertChannel;
  readonly maxAgeMs: number;
  readonly onProgress?: (logFiles: number) => void;
}

/** Of one rule: what the log files brought, and what was printed. */
export interface ForwardedRule extends RuleCounts {
  /** Messages that say how many more there were. */
  followUps: number;
}

export interface ForwardSummary {
  logFiles: number;
  /** Not read, on purpose, by reason. */
  readonly skipped: Record<string, number>;
  records: number;
  readonly unreadable: { records: number; logFiles: number };
  /** Records that one of the rules couldn't be held against, because they go over a limit. */
  undecided: number;
  readonly rules: Map<string, ForwardedRule>;
  /** What could not be done, in words. */
  readonly failed: string[];
}

/** Log files to a call of the job, as many as a busy minute of a trail has: what is in memory doesn't grow with the archive. */
const AT_A_TIME = 500;
const MEMORY = 128 * 1024 * 1024;
/** A process on somebody's machine may be stopped at any time; whoever runs it again goes on after a minute. */
const LEASE_MS = 60_000;

/** The deployed job (shared/jobs/forward.ts, follow-up.ts) over log files on this machine. */
export async function runForward(run: ForwardRun): Promise<ForwardSummary> {
  const store = new DirectoryStore(run.lake);
  await store.sweep();
  const summary = emptySummary();
  const outbox = {
    store,
    channels: [counting(run.channel, summary)],
    now: Date.now,
    leaseMs: LEASE_MS,
    caller: randomUUID(),
  };
  const files = new FoundLogFiles(run.source);
  const ports = {
    ...outbox,
    source: files,
    rules: new RuleSet(run.rules),
    known: nothingKnown(),
    gate: new WeightedGate(MEMORY),
    hasTime: () => true,
  };
  const options = { limits: DEFAULT_LIMITS, maxAgeMs: run.maxAgeMs, redact: new Set<string>() };
  for await (const deliveries of inPortions(run.source, files)) {
    add(summary, await forward(deliveries, ports, options));
    files.clear();
    run.onProgress?.(summary.logFiles);
  }
  const told = await followUp({ ...outbox, hasTime: () => true }, { graceMs: 0, lookBackMs: Date.now() });
  summary.failed.push(...[...told.failed].map(([key, error]) => `${key}: ${messageOf(error)}`));
  return summary;
}

async function* inPortions(source: LogFileSource, files: FoundLogFiles): AsyncGenerator<LocalDelivery[]> {
  let portion: LocalDelivery[] = [];
  for await (const entry of source.list()) {
    portion.push(files.delivery(entry));
    if (portion.length < AT_A_TIME) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

function add(summary: ForwardSummary, result: ForwardResult<LocalDelivery>): void {
  summary.records += result.records;
  summary.unreadable.records += result.unreadable.records;
  summary.unreadable.logFiles += result.unreadable.logFiles;
  for (const [{ key }, outcome] of result.outcomes) {
    if (outcome.kind === 'skipped')
      summary.skipped[outcome.reason] = (summary.skipped[outcome.reason] ?? 0) + 1;
    else summary.logFiles += 1;
    if (outcome.kind === 'failed') summary.failed.push(`${key}: ${messageOf(outcome.error)}`);
  }
  summary.undecided += result.undecided.length;
  for (const [rule, { matches, suppressed, tooOld }] of result.rules) {
    const sum = ruleOf(summary, rule);
    sum.matches += matches;
    sum.suppressed += suppressed;
    sum.tooOld += tooOld;
  }
}

/** Counts what is told, whichever of the two jobs tells it. */
function counting(channel: AlertChannel, summary: ForwardSummary): AlertChannel {
  return {
    name: channel.name,
    send: async (alerts) => {
      const failures = await channel.send(alerts);
      for (const [i, { rule, kind }] of alerts.entries()) {
        if (failures[i] !== undefined) continue;
        if (kind === 'alert') ruleOf(summary, rule.id).alerts += 1;
        else ruleOf(summary, rule.id).followUps += 1;
      }
      return failures;
    },
  };
}

function ruleOf({ rules }: ForwardSummary, rule: string): ForwardedRule {
  const counts = rules.get(rule) ?? { matches: 0, alerts: 0, suppressed: 0, tooOld: 0, followUps: 0 };
  rules.set(rule, counts);
  return counts;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function emptySummary(): ForwardSummary {
  return {
    logFiles: 0,
    skipped: {},
    records: 0,
    unreadable: { records: 0, logFiles: 0 },
    undecided: 0,
    rules: new Map(),
    failed: [],
  };
}
