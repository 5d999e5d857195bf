import { isoTime } from '../iso-time.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { covers } from './predicate-cover.ts';
import { deadParts } from './predicate-reach.ts';
import { documentedField } from './documented-field.ts';
import { failedCases, isInNoCase } from './rule-cases.ts';
import { rulesOfFiles, type RuleFile } from './rule-of-file.ts';
import { overlaps, type Overlap } from './rule-overlap.ts';
import { fieldsOf, unknownFields } from './unknown-fields.ts';

/** What is wrong with rules, or worth knowing, before they are deployed. */
export interface Complaint {
  /** `error`: the rule can't do what it is for. `warning`: most likely a slip. `note`: worth knowing. */
  readonly level: 'error' | 'warning' | 'note';
  readonly code: ComplaintCode;
  /** The file, relative to the folder of rules. */
  readonly path: string;
  /** Null for a file that isn't a rule. */
  readonly rule: string | null;
  /** What is wrong, where, and what to do; lines. */
  readonly message: string;
}

export type ComplaintCode =
  /** Schema or pattern: the message says where. */
  | 'unusable'
  | 'duplicate-id'
  | 'file-name'
  /** A case came out otherwise than it should. */
  | 'case'
  | 'too-few-cases'
  | 'selects-nothing'
  | 'dead-alternative'
  | 'idle-condition'
  | 'unknown-field'
  /** Of `group.by` or `threshold.distinct`. */
  | 'field-in-no-case'
  | 'always-suppressed'
  | 'suppression-over'
  | 'suppression-ends'
  | 'same-events'
  | 'overlap';

export interface CheckedRules {
  /** Those that can be used, whatever else there is to say about them. */
  readonly rules: readonly { readonly path: string; readonly rule: CompiledRule }[];
  readonly complaints: readonly Complaint[];
}

type Found = Omit<Complaint, 'path' | 'rule'>;
type Placed = CheckedRules['rules'][number];

const DAY = 24 * 60 * 60_000;
const SOON = 14 * DAY;

/** All files of a folder. `now`: milliseconds since 1970. */
export function checkRules(files: readonly RuleFile[], now: number): CheckedRules {
  const { rules, errors } = rulesOfFiles(files);
  const complaints = [
    ...errors.map(({ path, error }): Complaint => ({
      level: 'error',
      code: 'unusable',
      path,
      rule: null,
      message: error.message,
    })),
    ...duplicates(rules),
    ...rules.flatMap((placed) => checkRule(placed, now).map((found) => at(placed, found))),
    ...overlapComplaints(rules),
  ];
  return { rules, complaints: complaints.sort((a, b) => compare(a.path, b.path)) };
}

function checkRule({ path, rule }: Placed, now: number): Found[] {
  return [
    ...fileName(path, rule),
    ...failedCases(rule).map((message): Found => ({ level: 'error', code: 'case', message })),
    ...tooFewCases(rule),
    ...reach(rule),
    ...fields(rule),
    ...groupFields(rule),
    ...countedField(rule),
    ...suppressions(rule, now),
  ];
}

function duplicates(rules: readonly Placed[]): Complaint[] {
  const byId = Map.groupBy(rules, ({ rule }) => rule.definition.id);
  return [...byId.values()].flatMap((same) =>
    same.slice(1).map((placed) => {
      const message = `the id ${placed.rule.definition.id} is taken by ${same[0]?.path ?? ''}: alerts and metrics go by it, so that each rule needs its own`;
      return at(placed, { level: 'error', code: 'duplicate-id', message });
    }),
  );
}

/** A Sigma rule as it is has its id from its file, with hyphens. */
function fileName(path: string, { definition: { id } }: CompiledRule): Found[] {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:ya?ml|json)$/, '');
  if (name === id || name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') === id) return [];
  const message = `the rule is called ${id}, and its file ${name}: name the file after the rule`;
  return [{ level: 'warning', code: 'file-name', message }];
}

/** Sigma rules come without. */
function tooFewCases({ definition: { pattern, cases } }: CompiledRule): Found[] {
  if (pattern === undefined) return [];
  const missing = [
    ...(cases.matches.length === 0 ? ['one under cases.matches that the rule selects'] : []),
    ...(cases.ignores.length === 0 ? ['one under cases.ignores that it just about does not'] : []),
  ];
  if (missing.length === 0) return [];
  const message = `it takes events to try the rule with: add ${missing.join(', and ')}`;
  return [{ level: 'error', code: 'too-few-cases', message }];
}

const REACH = {
  nothing: { level: 'error', code: 'selects-nothing' },
  part: { level: 'warning', code: 'dead-alternative' },
  idle: { level: 'warning', code: 'idle-condition' },
} as const;

const REACH_WORDS = {
  nothing: 'no event can match',
  part: 'one of its alternatives can match no event',
  idle: 'a condition says nothing',
} as const;

function reach({ predicate }: CompiledRule): Found[] {
  return deadParts(predicate).map(({ kind, why }) => {
    const { level, code } = REACH[kind];
    return { level, code, message: `${REACH_WORDS[kind]}: ${why}` };
  });
}

function fields({ definition: { group, threshold }, predicate, suppressions }: CompiledRule): Found[] {
  const named = [...group.by, ...(threshold?.distinct === undefined ? [] : [threshold.distinct])];
  const paths = [
    ...fieldsOf(predicate),
    ...suppressions.flatMap(({ predicate }) => fieldsOf(predicate)),
    ...named.map((field) => field.split('.')),
  ];
  return unknownFields(paths).map(({ field, nearest }) => {
    const meant = nearest === undefined ? '' : `; is ${nearest} meant?`;
    const message = `CloudTrail documents no field ${field}${meant}`;
    return { level: 'warning', code: 'unknown-field', message };
  });
}

/** Every record of CloudTrail has them, and so a case may leave them out. */
const OF_EVERY_RECORD = new Set(
  'recipientAccountId awsRegion sourceIPAddress eventID eventName eventSource eventTime eventType eventVersion'.split(
    ' ',
  ),
);

function isOfEveryRecord(field: string): boolean {
  return OF_EVERY_RECORD.has(field) || /^userIdentity(?:\.|$)/.test(field);
}

/** Fields that CloudTrail doesn't have are named already. */
function isMissing(field: string, rule: CompiledRule): boolean {
  const isKnown = documentedField(field.split('.')) !== 'unknown';
  return isKnown && !isOfEveryRecord(field) && isInNoCase(field, rule);
}

function groupFields(rule: CompiledRule): Found[] {
  const { by } = rule.definition.group;
  const own = by.filter((field) => !isOfEveryRecord(field));
  if (own.length === 0 || !own.every((field) => isMissing(field, rule))) return [];
  const same =
    own.length === by.length
      ? ''
      : ` of the same ${by.filter((field) => !own.includes(field)).join(' and ')}`;
  const message = `none of its matching cases has a value in ${own.join(' or ')}: all events${same} would be one group; name the field that tells them apart, or add a case that has it`;
  return [{ level: 'warning', code: 'field-in-no-case', message }];
}

function countedField(rule: CompiledRule): Found[] {
  const { threshold } = rule.definition;
  if (threshold?.distinct === undefined || !isMissing(threshold.distinct, rule)) return [];
  const message = `none of its matching cases has a value in ${threshold.distinct}: its values would count as one, and the threshold of ${threshold.events} would never be reached; name a field that the events have, or add a case that has it`;
  return [{ level: 'warning', code: 'field-in-no-case', message }];
}

function suppressions({ predicate, suppressions }: CompiledRule, now: number): Found[] {
  return suppressions.flatMap((suppression): Found[] => {
    const { reason, until } = suppression;
    const last = isoTime(until - 1).slice(0, 10);
    const which = `the suppression "${reason.trim()}"`;
    if (until <= now) {
      const message = `${which} ended on ${last}: take it out, or agree on another date`;
      return [{ level: 'warning', code: 'suppression-over', message }];
    }
    const found: Found[] = [];
    if (covers(suppression.predicate, predicate)) {
      const message = `${which} takes out all that the rule selects: it alerts nobody until ${last}`;
      found.push({ level: 'warning', code: 'always-suppressed', message });
    }
    if (until - DAY <= now + SOON) {
      const message = `${which} ends with ${last}: what it takes out alerts from then on`;
      found.push({ level: 'note', code: 'suppression-ends', message });
    }
    return found;
  });
}

/** One message a rule and kind: a broad rule has dozens below it. */
function overlapComplaints(rules: readonly Placed[]): Complaint[] {
  const found = overlaps(rules.map(({ rule }) => rule));
  return rules.flatMap((placed) => {
    const own = found.filter(({ rule }) => rule === placed.rule.definition.id);
    return (['same', 'part', 'cases'] as const).flatMap((kind) => {
      const others = own.filter((overlap) => overlap.kind === kind);
      return others.length === 0 ? [] : [at(placed, overlapFound(kind, others))];
    });
  });
}

function overlapFound(kind: Overlap['kind'], overlaps: readonly Overlap[]): Found {
  const others = overlaps.map(({ other }) => other).join(', ');
  if (kind === 'same')
    return { level: 'warning', code: 'same-events', message: `it selects the very events of ${others}` };
  const message =
    kind === 'part'
      ? `whatever it selects is selected by ${others} too: such an event counts for both`
      : `its ${overlaps[0]?.cases ?? 0} matching cases are selected by ${others} too: most such events will count for both`;
  return { level: 'note', code: 'overlap', message };
}

function at({ path, rule }: Placed, found: Found): Complaint {
  return { ...found, path, rule: rule.definition.id };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
