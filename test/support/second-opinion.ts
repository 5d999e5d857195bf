import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordViewOfText, type RecordView } from '../../shared/core/rules/record-view.ts';
import { SHARED_DATA } from './shared-data.ts';

/** What the tests of a public rule collection expect of their rules: a second opinion on rules of ours that mean the same. */
export interface Opinion {
  /** Of the file of records, from 1. */
  readonly line: number;
  /** Their rule. */
  readonly rule: string;
  readonly expected: boolean;
  readonly record: RecordView;
}

/** Our rules and the rules of theirs that mean the same. */
export type SameIntent = Readonly<Record<string, readonly string[]>>;

/** `each`: the rules mean different things there, and each does what it means. */
export type WhoIsRight = 'ours' | 'theirs' | 'each';

/** A disagreement that somebody looked at. */
export type Reviewed = readonly [ours: string, line: number, right: WhoIsRight, reason: string];

export interface Comparison {
  /** Verdicts that were compared. */
  readonly compared: number;
  /** `rule 50: ours selects it, AWS.EC2.RouteTableModified does not`, sorted. */
  readonly disagreements: readonly string[];
}

/** Of Panther's rules, on the records of their own tests. */
export function pantherOpinions(): readonly Opinion[] {
  const lines = (...path: string[]): string[] =>
    readFileSync(join(SHARED_DATA, ...path), 'utf8')
      .trim()
      .split('\n');
  const records = lines('records', 'panther_analysis.ndjson').map(recordViewOfText);
  return lines('expected', 'panther_analysis', 'rule_matches.ndjson').map((text) => {
    const { line, rule, expected } = JSON.parse(text) as Omit<Opinion, 'record'>;
    const record = records[line - 1];
    if (record === undefined) throw new Error(`there is no record in line ${line}`);
    return { line, rule, expected, record };
  });
}

/** `selects` says of a rule of ours, by its name, whether it selects a record. Throws for a rule of theirs that is unknown. */
export function compareOpinions(
  opinions: readonly Opinion[],
  sameIntent: SameIntent,
  selects: (ours: string, record: RecordView) => boolean,
): Comparison {
  const byRule = Map.groupBy(opinions, ({ rule }) => rule);
  const pairs = Object.entries(sameIntent).flatMap(([ours, theirs]) =>
    theirs.flatMap((rule) => {
      const found = byRule.get(rule);
      if (found === undefined) throw new Error(`there is no opinion of a rule ${rule}`);
      return found.map((opinion) => ({ ours, opinion }));
    }),
  );
  const disagreements = pairs.filter(
    ({ ours, opinion }) => selects(ours, opinion.record) !== opinion.expected,
  );
  return {
    compared: pairs.length,
    disagreements: disagreements.map(({ ours, opinion }) => wordsOf(ours, opinion)).sort(),
  };
}

/** As `compareOpinions` words them. Throws for a line that has no opinion of a rule of the same intent. */
export function reviewedDisagreements(
  opinions: readonly Opinion[],
  sameIntent: SameIntent,
  reviewed: readonly Reviewed[],
): readonly string[] {
  const words = reviewed.map(([ours, line]) => {
    const opinion = opinions.find((one) => one.line === line && sameIntent[ours]?.includes(one.rule));
    if (opinion === undefined) throw new Error(`${ours} is compared with nothing in line ${line}`);
    return wordsOf(ours, opinion);
  });
  return words.sort();
}

function wordsOf(ours: string, { line, rule, expected }: Opinion): string {
  return `${ours} ${line}: ${expected ? `${rule} selects it, ours does not` : `ours selects it, ${rule} does not`}`;
}
