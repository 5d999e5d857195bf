import { DEFAULT_LIMITS } from '../shared/core/limits.ts';
import type { CompiledRule } from '../shared/core/rules/compiled-rule.ts';
import { compilePredicate } from '../shared/core/rules/match.ts';
import type { RecordView } from '../shared/core/rules/record-view.ts';
import { recordViews } from '../shared/core/rules/record-views.ts';
import { candidateTest, howFound, type HowFound } from '../shared/core/rules/rule-cost.ts';
import { RuleSet } from '../shared/core/rules/rule-set.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../shared/core/sample/sample-log-files.ts';

/** What rules cost over the generated sample, on this machine. */
export interface MeasuredRules {
  /** Events of the sample. */
  readonly events: number;
  /** Of all rules in one pass. */
  readonly nanosecondsAnEvent: number;
  readonly rules: readonly MeasuredRule[];
}

export interface MeasuredRule {
  readonly rule: string;
  readonly found: HowFound;
  /** Share of the sample's events that the index has a closer look at for this rule. */
  readonly lookedAt: number;
  /** Share of the sample's events that it selects. */
  readonly selected: number;
  /** By itself, spread over all events; rules that ask the same together cost less. */
  readonly nanosecondsAnEvent: number;
}

/** A day of a small organisation: all its hours, and enough events to time. */
const SAMPLE = { ...DEFAULT_SAMPLE_OPTIONS, accounts: 2, regions: 2, eventsPerHour: 100, doubledShare: 0 };
const ROUNDS = 3;

export function measureRules(rules: readonly CompiledRule[]): MeasuredRules {
  const events = sampleEvents();
  const all = new RuleSet(rules);
  return {
    events: events.length,
    nanosecondsAnEvent: timed(events, events.length, (event) => all.matching(event).length > 0).nanoseconds,
    rules: rules.map((rule) => measureRule(rule, events)),
  };
}

function measureRule({ definition, predicate }: CompiledRule, events: readonly RecordView[]): MeasuredRule {
  const candidates = events.filter(candidateTest(predicate));
  const { nanoseconds, selected } = timed(candidates, events.length, compilePredicate(predicate));
  return {
    rule: definition.id,
    found: howFound(predicate),
    lookedAt: candidates.length / events.length,
    selected: selected / events.length,
    nanosecondsAnEvent: nanoseconds,
  };
}

/** The best of some rounds: the others waited for the machine. */
function timed(
  events: readonly RecordView[],
  among: number,
  matches: (event: RecordView) => boolean,
): { nanoseconds: number; selected: number } {
  let [best, selected] = [Infinity, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    selected = 0;
    for (const event of events) selected += Number(matches(event));
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return { nanoseconds: best / among, selected };
}

function sampleEvents(): readonly RecordView[] {
  const events: RecordView[] = [];
  for (const { folder, body } of sampleLogFiles(SAMPLE))
    if (folder !== 'CloudTrail-Digest') events.push(...recordViews(body, DEFAULT_LIMITS));
  return events;
}
