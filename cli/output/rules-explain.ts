import type { CompiledRule } from '../../shared/core/rules/compiled-rule.ts';
import { predicateWords } from '../../shared/core/rules/predicate-words.ts';
import { howFound, type HowFound } from '../../shared/core/rules/rule-cost.ts';
import {
  foundWords,
  groupWords,
  mostWords,
  suppressionWords,
  thresholdWords,
} from '../../shared/core/rules/rule-words.ts';

export interface Explanation {
  readonly rule: string;
  readonly file: string;
  readonly title: string;
  readonly severity: string;
  readonly attack: readonly string[];
  readonly cis: readonly string[];
  readonly owner: string;
  readonly why: string;
  readonly selects: string;
  readonly alerts: string;
  readonly suppressions: readonly string[];
  readonly found: HowFound;
  readonly falsePositives: readonly string[];
  readonly runbook: string;
  readonly cases: { readonly matches: number; readonly ignores: number; readonly malformed: number };
  readonly sql: string | null;
  /** Why there is no SQL, if there is none. */
  readonly noSql: string | null;
}

/** `now`: milliseconds since 1970. */
export function explanationOf(
  rule: CompiledRule,
  file: string,
  sql: { readonly sql: string } | { readonly noSql: string },
  now: number,
): Explanation {
  const { id, title, severity, attack, cis, owner, why, falsePositives, runbook, cases } = rule.definition;
  return {
    rule: id,
    file,
    title,
    severity,
    attack,
    cis,
    owner,
    why: why.trim(),
    selects: predicateWords(rule.predicate),
    alerts: `${groupWords(rule)} ${thresholdWords(rule)} ${mostWords(rule)}`.trim(),
    suppressions: rule.suppressions.map((suppression) => suppressionWords(suppression, now)),
    found: howFound(rule.predicate),
    falsePositives,
    runbook: runbook.trim(),
    cases: {
      matches: cases.matches.length,
      ignores: cases.ignores.length,
      malformed: cases.malformed.length,
    },
    sql: 'sql' in sql ? sql.sql : null,
    noSql: 'noSql' in sql ? sql.noSql : null,
  };
}

/** An explanation for a terminal. */
export function explainText(explanation: Explanation): string {
  const { rule, file, title, severity, owner, why, cases, sql, noSql } = explanation;
  const tags = [
    ...explanation.attack.map((one) => `ATT&CK ${one}`),
    ...explanation.cis.map((one) => `CIS ${one}`),
  ];
  const tried = `tried with ${cases.matches} events that match, ${cases.ignores} that don't, ${cases.malformed} malformed`;
  return [
    `${rule}: ${title}`,
    [`severity ${severity}`, ...tags, `kept by ${owner}`, file].join(', '),
    ...section('Why', why),
    ...section('Selects events with', explanation.selects),
    ...section('Alerts', explanation.alerts),
    ...section('Leaves out', explanation.suppressions.join('\n')),
    ...section('No incident if', explanation.falsePositives.map((one) => `- ${one.trim()}`).join('\n')),
    ...section('What to do about an alert', explanation.runbook),
    ...section('Cost', `${foundWords(explanation.found)} (${tried})`),
    ...section(
      explanation.suppressions.length === 0
        ? 'The same events by SQL'
        : 'The same events by SQL, what is left out too',
      sql ?? `There is no such SQL: ${noSql ?? ''}`,
    ),
  ].join('\n');
}

function section(heading: string, text: string): string[] {
  return text === '' ? [] : ['', heading, ...text.split('\n').map((line) => `  ${line}`)];
}
