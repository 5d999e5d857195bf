import type { Period } from './chart-columns.ts';
import { rowsChart, type ChartRow } from './chart-rows.ts';
import { counted, figure, timeText } from './figure-text.ts';
import { html, type Content, type Markup } from './markup.ts';
import { chartFigure, dataTable, queryDetails, section, timeTable, type PageContext } from './page-parts.ts';
import type { ReportFigures, SignInRow } from './report-figures.ts';
import { bucketsOf, unitOf } from './report-period.ts';
import { principalName } from './section-principals.ts';

const OUTCOMES = [
  { outcome: 'failed', name: 'Failed', colour: 'alert' },
  { outcome: 'without MFA', name: 'Without MFA', colour: 'alert' },
  { outcome: 'with MFA', name: 'With MFA', colour: 'volume' },
  { outcome: 'federated', name: 'Federated (MFA not visible)', colour: 'volume' },
  { outcome: 'unknown', name: 'Outcome unknown', colour: 'rest' },
] as const;

/** How many console sign-ins came out so. */
export function signInCount(
  { signIns }: ReportFigures,
  outcome: (typeof OUTCOMES)[number]['outcome'],
): number {
  return signIns.series.find(({ name }) => name === outcome)?.total ?? 0;
}

/** Console sign-ins: how they came out, and whose. */
export function signInsSection(figures: ReportFigures, period: Period, context: PageContext): Markup {
  const { signIns, signInsByUser } = figures;
  const all = signIns.series.reduce((sum, { total }) => sum + total, 0);
  if (all === 0)
    return section(
      'sign-ins',
      'Sign-ins',
      'Nobody signed in to the console.',
      queryDetails('Sign-ins', signIns.sql, context),
    );
  const [failed, without] = [signInCount(figures, 'failed'), signInCount(figures, 'without MFA')];
  const rows = OUTCOMES.flatMap(({ outcome, name, colour }): ChartRow[] => {
    const found = signIns.series.find((one) => one.name === outcome);
    return found === undefined ? [] : [{ name, colour, counts: found.counts, total: found.total }];
  });
  const unit = unitOf(period);
  const lead = html`${counted(all, 'sign-in')} to the console: ${figure(failed)} failed, ${figure(without)} of
  IAM users or root without MFA. Federated users bring their MFA with them; CloudTrail can’t see it.`;
  return section(
    'sign-ins',
    'Sign-ins',
    lead,
    chartFigure(
      `Console sign-ins by ${unit}`,
      'ConsoleLogin events by how they came out, on one scale; UTC.',
      rowsChart(
        `Rows of columns: sign-ins over time by outcome. The table below has the figures.`,
        rows,
        period,
      ),
      timeTable(`Console sign-ins by ${unit}`, bucketsOf(period), rows),
      queryDetails(`Console sign-ins by ${unit}`, signIns.sql, context),
    ),
    byUser(signInsByUser, context),
  );
}

const COLUMNS = [
  { title: 'who' },
  { title: 'kind' },
  { title: 'sign-ins', isNumber: true },
  { title: 'failed', isNumber: true },
  { title: 'without MFA', isNumber: true },
  { title: 'addresses', isNumber: true },
  { title: 'last, UTC' },
] as const;

function byUser({ rows, others, names, sql }: ReportFigures['signInsByUser'], context: PageContext): Markup {
  const title = 'Whose sign-ins';
  const hidden = rows.some(({ name }) => name === HIDDEN)
    ? ` CloudTrail hides names that don’t exist (${HIDDEN}): they may be mistyped passwords.`
    : '';
  const rest =
    others === undefined
      ? ''
      : ` ${counted(names - rows.length, 'other')}: ${counted(others.signIns, 'sign-in')}, ${figure(others.failed)} failed, ${figure(others.withoutMfa)} without MFA.`;
  return chartFigure(
    title,
    `Most failures first, then most without MFA.${hidden}${rest}`,
    dataTable('Sign-ins by user', COLUMNS, rows.map(cells)),
    queryDetails(title, sql, context),
  );
}

const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

function cells({ name, kind, signIns, failed, withoutMfa, addresses, last }: SignInRow): readonly Content[] {
  const flagged = (n: number): Content => (n > 0 ? html`<span class="flag">${figure(n)}</span>` : '0');
  return [
    principalName(name),
    kind,
    figure(signIns),
    flagged(failed),
    flagged(withoutMfa),
    figure(addresses),
    timeText(last),
  ];
}
