import type { Integrity } from '../../shared/core/report/integrity.ts';
import { NEW_KINDS, type ReportFigures } from '../../shared/core/report/report-figures.ts';
import { noReceipts } from '../../shared/core/receipt-totals.ts';

/** What somebody who knows that a report is made might call a session. The gravest first. */
export const ATTACKS: readonly string[] = [
  '</text></svg><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'SQL\nSQL\n`$(touch /tmp/x)`',
  '__proto__',
  'x'.repeat(100_000),
  "' onmouseover='alert(1)' x='",
  '</style><style>*{display:none}</style>',
  '</code></pre></details><form action=//evil.example>',
  'javascript:alert(1)//--><!--',
  '<svg/onload=alert(1)>',
  '\u202e\u2066</title><meta http-equiv=refresh content=0>',
  '&lt;script&gt;',
  ']]><![CDATA[',
  'a\ud800',
  '',
];

/** What nobody has verified, sealed or damaged. */
export const UNVERIFIED: Integrity = {
  receipts: {
    ...noReceipts(),
    logFiles: 3,
    unfinishedBatches: 0,
    oldestEventTime: null,
    newestEventTime: null,
  },
  seals: null,
  hourly: null,
  now: null,
  standing: [],
};

/** A report of two days that is full of `name`: every text in it that comes out of a record, a rule, a receipt or the command line. */
export function figuresNamed(name: string, more: Partial<ReportFigures> = {}): ReportFigures {
  const sql = "SELECT 1 AS \"a\"\nFROM cloudtrail_logs\nWHERE 1 < 2 AND 'x' > ''";
  const counts = { '2026-11-01 10': 3, '2026-11-02 23': 1 };
  const answer = { sql, names: 9 };
  const series = {
    sql,
    names: 9,
    denied: counts,
    series: [
      { name, counts, total: 4 },
      { name: undefined, counts, total: 4 },
    ],
  };
  const outcomes = ['failed', 'without MFA', 'with MFA', 'federated', 'unknown', name];
  const first = '2026-11-01T10:00:00Z';
  const kindRow = { name, first, events: 3, denied: 1 };
  const rule = {
    rule: name,
    title: name,
    severity: 'critical',
    matches: 4,
    suppressed: 0,
    groups: 2,
    alerts: 2,
    followUps: 0,
    alertsADay: { mean: 1, most: 2, mostOn: null },
    principals: [{ principal: name, matches: 4 }],
    samples: [],
  };
  const principal = { name, kind: name, events: 3, denied: 1, changes: 1, services: 1, addresses: 1 };
  const denied = { name, denied: 20, calls: 16, addresses: 1, first };
  const call = { name: `${name} ${name}`, denied: 4, principals: 1 };
  const signIn = { name, kind: name, signIns: 1, failed: 1, withoutMfa: 1, addresses: 1, last: first };
  return {
    made: '2026-11-03T00:00:00.000Z',
    lake: { name, options: ['--lake', name] },
    period: {
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-03T00:00:00.000Z',
      baselineFrom: '2026-10-02T00:00:00.000Z',
    },
    totals: {
      sql,
      events: 8,
      accounts: 1,
      regions: 1,
      principals: 9,
      addresses: 1,
      denied: 4,
      failed: 4,
      changes: 1,
      root: 1,
    },
    byAccount: series,
    byService: series,
    principals: { ...answer, rows: [principal], others: { ...principal, name: '' } },
    deniedByPrincipal: { ...answer, rows: [denied], others: { ...denied, name: '' } },
    deniedByCall: { ...answer, rows: [call], others: { ...call, name: '' } },
    signIns: { ...series, series: outcomes.map((name) => ({ name, counts, total: 4 })) },
    signInsByUser: { ...answer, rows: [signIn], others: { ...signIn, name: '' } },
    newAccess: {
      sql,
      baseline: { sql, events: 5, days: 3 },
      kinds: NEW_KINDS.map((kind) => ({ kind, found: 9, counts, rows: [kindRow] })),
    },
    rules: { events: 8, undecided: 1, rules: [rule], over: { [name]: counts }, sql: [sql, sql, sql] },
    integrity: {
      ...UNVERIFIED,
      receipts: { ...UNVERIFIED.receipts, quarantined: { files: 1, records: 2, byReason: { [name]: 3 } } },
      standing: [{ code: name, findings: 1 }],
    },
    ...more,
  };
}
