import { barsChart } from './chart-bars.ts';
import { columnsChart, type Period } from './chart-columns.ts';
import { counted, figure, share, timeText } from './figure-text.ts';
import { html, type Markup } from './markup.ts';
import {
  chartFigure,
  dataTable,
  figuresDetails,
  queryDetails,
  section,
  timeTable,
  type PageContext,
} from './page-parts.ts';
import type { ReportFigures } from './report-figures.ts';
import { bucketsOf, unitOf } from './report-period.ts';
import { labelOf, principalName } from './section-principals.ts';
import { serviceName } from './service-name.ts';

/** From so many different calls on, the rule denied-calls-burst would look at somebody. */
export const MANY_CALLS = 15;

/** Calls that were refused: when, whose, which. */
export function deniedSection(figures: ReportFigures, period: Period, context: PageContext): Markup {
  const { totals, byAccount, deniedByPrincipal } = figures;
  const unit = unitOf(period);
  const lead = html`${counted(totals.denied, 'call was', 'calls were')} denied,
  ${share(totals.denied, totals.events)} of all, to ${counted(deniedByPrincipal.names, 'principal')}. Software
  that lacks a permission repeats one call; somebody who tries out what a credential can do is refused many
  different ones.`;
  if (totals.denied === 0) return section('denied', 'Denied calls', 'No call was denied.');
  return section(
    'denied',
    'Denied calls',
    lead,
    chartFigure(
      `Denied calls by ${unit}`,
      'AccessDenied and UnauthorizedOperation, as all services spell them; UTC.',
      columnsChart(
        `Columns: denied calls by ${unit}. The table below has the figures.`,
        byAccount.denied,
        period,
        'alert',
      ),
      timeTable(`Denied calls by ${unit}`, bucketsOf(period), [{ name: 'denied', counts: byAccount.denied }]),
      queryDetails(`Denied calls by ${unit}`, byAccount.sql, context),
    ),
    byPrincipal(figures, context),
    byCall(figures, context),
  );
}

function byPrincipal({ deniedByPrincipal }: ReportFigures, context: PageContext): Markup {
  const { rows, others, names, sql } = deniedByPrincipal;
  const title = 'Who was refused the most different calls';
  const rest =
    others === undefined
      ? ''
      : ` ${counted(names - rows.length, 'other principal')} had ${counted(others.denied, 'call')} denied.`;
  const columns = [
    { title: 'principal' },
    { title: 'different calls', isNumber: true },
    { title: 'denied', isNumber: true },
    { title: 'addresses', isNumber: true },
    { title: 'first, UTC' },
  ];
  const cells = rows.map(({ name, denied, calls, addresses, first }) => [
    principalName(name),
    ...[calls, denied, addresses].map(figure),
    timeText(first),
  ]);
  return chartFigure(
    title,
    `How many different calls each was refused; orange: ${figure(MANY_CALLS)} and more.${rest}`,
    barsChart(
      'Bars: different calls denied to each principal. The table has the figures.',
      rows.map(({ name, calls }) => ({
        name: labelOf(name),
        n: calls,
        alert: calls >= MANY_CALLS ? calls : 0,
      })),
    ),
    figuresDetails(title, dataTable(title, columns, cells)),
    queryDetails(title, sql, context),
  );
}

function byCall({ deniedByCall }: ReportFigures, context: PageContext): Markup {
  const { rows, others, names, sql } = deniedByCall;
  const shown = (name: string): string => {
    const space = name.indexOf(' ');
    return `${serviceName(name.slice(0, space))}: ${name.slice(space + 1)}`;
  };
  const bars = rows.map(({ name, denied }) => ({ name: shown(name), n: denied }));
  const rest =
    others === undefined ? '' : ` ${counted(names - rows.length, 'other')}: ${figure(others.denied)}.`;
  const title = 'What was refused';
  const columns = [
    { title: 'call' },
    { title: 'denied', isNumber: true },
    { title: 'principals', isNumber: true },
  ];
  return chartFigure(
    title,
    `Denied calls by service and name.${rest}`,
    barsChart('Bars: denied calls by name. The table has the figures.', bars),
    figuresDetails(
      title,
      dataTable(
        title,
        columns,
        rows.map(({ name, denied, principals }) => [shown(name), figure(denied), figure(principals)]),
      ),
    ),
    queryDetails(title, sql, context),
  );
}
