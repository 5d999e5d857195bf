import { cutText } from '../cut-text.ts';
import type { RuleTally } from '../rules/backtest-tally.ts';
import type { Period } from './chart-columns.ts';
import { dotsChart } from './chart-rows.ts';
import { counted, figure } from './figure-text.ts';
import { html, type Content, type Markup } from './markup.ts';
import { chartFigure, dataTable, section, timeTable, type PageContext, queryDetails } from './page-parts.ts';
import type { ReportFigures, RulesFigures } from './report-figures.ts';
import { bucketsOf, unitOf } from './report-period.ts';
import { principalName } from './section-principals.ts';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'informational'];
/** Rows of the chart. */
const SHOWN = 14;

/** Rules that would have told people of something, gravest first. */
export function matchedRules(figures: ReportFigures): readonly RuleTally[] {
  const grave = ({ severity }: RuleTally): number => (SEVERITIES.indexOf(severity) + 6) % 6;
  return (figures.rules?.rules ?? [])
    .filter(({ alerts }) => alerts > 0)
    .toSorted((a, b) => grave(a) - grave(b) || b.alerts - a.alerts || (a.rule < b.rule ? -1 : 1));
}

export function isGrave({ severity }: RuleTally): boolean {
  return severity === 'critical' || severity === 'high';
}

/** What the rules would have told people of, or did: the same rules as in the stream. */
export function rulesSection(figures: ReportFigures, period: Period, context: PageContext): Markup {
  const { rules } = figures;
  if (rules === undefined)
    return section('rules', 'Rules', html`<strong>No rules were run for this report.</strong>`);
  const matched = matchedRules(figures);
  const alerts = matched.reduce((sum, { alerts }) => sum + alerts, 0);
  const few = rules.rules.filter(({ alerts, matches }) => alerts === 0 && matches > 0).length;
  const silent = rules.rules.length - matched.length - few;
  const undecided =
    rules.undecided === 0
      ? undefined
      : html`${counted(rules.undecided, 'event')} went over a limit, and not every rule could be held against
        them.`;
  const tooFew = few === 0 ? undefined : html` ${figure(few)} selected events, but too few for an alert;`;
  const lead = html`${counted(rules.rules.length, 'rule')} held against every event of the period:
  ${counted(alerts, 'alert')} of ${counted(matched.length, 'rule')}, grouped as the stream groups
  them;${tooFew} ${figure(silent)} selected nothing. ${undecided}`;
  if (matched.length === 0) return section('rules', 'Rules', lead, queries(rules, figures, context));
  const unit = unitOf(period);
  const rows = matched.slice(0, SHOWN).map((rule) => {
    const counts = rules.over[rule.rule] ?? {};
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    return {
      name: cutText(rule.title, 44),
      counts,
      total,
      colour: isGrave(rule) ? 'alert' : 'volume',
    } as const;
  });
  const title = 'When rules matched';
  const rest = matched.length > SHOWN ? ` The ${figure(SHOWN)} gravest; the table has all.` : '';
  return section(
    'rules',
    'Rules',
    lead,
    chartFigure(
      title,
      `A dot for each ${unit} with events that the rule selected, larger the more there were. Rules with alerts, gravest first; orange: critical and high.${rest}`,
      dotsChart('Dots: when each rule matched. The table below has the figures.', rows, period),
      timeTable(title, bucketsOf(period), rows),
      queries(rules, figures, context),
    ),
    dataTable('Rules with alerts, gravest first', COLUMNS, matched.map(cells)),
  );
}

const COLUMNS = [
  { title: 'rule' },
  { title: 'severity', isShort: true },
  { title: 'alerts', isNumber: true },
  { title: 'events', isNumber: true },
  { title: 'mostly by' },
] as const;

function cells(rule: RuleTally): readonly Content[] {
  const [most] = rule.principals;
  return [
    html`<span class="name">${rule.title}</span> <span class="sub">${rule.rule}</span>`,
    isGrave(rule) ? html`<span class="flag">${rule.severity}</span>` : rule.severity,
    figure(rule.alerts),
    figure(rule.matches),
    most === undefined
      ? ''
      : html`${principalName(most.principal)} <span class="sub">${counted(most.matches, 'event')}</span>`,
  ];
}

/** The rules themselves are held against the rows here. */
function queries({ sql }: RulesFigures, { period }: ReportFigures, context: PageContext): Markup {
  const [days = '', first, ...others] = sql;
  const note = html`<p class="muted">
    The days of the period; then the events of each, against which the rules are held. To run the rules again:
    <code>trailseal rules backtest ${context.place} --from ${period.from} --to ${period.to}</code>.
  </p>`;
  const more =
    others.length === 0
      ? undefined
      : html`<p class="muted">
          The same again for ${counted(others.length, 'other day')}, with another day in it.
        </p>`;
  return html`${queryDetails('Rules: the days', days, context, note, 'Query of the days')}
  ${first === undefined ? undefined : queryDetails('Rules: the events of a day', first, context, more, 'Query of the events')}`;
}
