import { columnsChart, type Period } from './chart-columns.ts';
import { rowsChart, type ChartRow } from './chart-rows.ts';
import { counted, figure, share } from './figure-text.ts';
import { html, type Markup } from './markup.ts';
import { chartFigure, queryDetails, section, timeTable, type PageContext } from './page-parts.ts';
import type { ReportFigures, SeriesAnswer } from './report-figures.ts';
import { bucketsOf, unitOf } from './report-period.ts';
import { serviceName } from './service-name.ts';

/** Events over time: all, by account, by service. */
export function activitySection(figures: ReportFigures, period: Period, context: PageContext): Markup {
  const { totals, byAccount, byService } = figures;
  const unit = unitOf(period);
  const all = sumOf(byAccount);
  const busiest = Object.entries(all).reduce<[string, number]>((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  const lead = html`${counted(totals.events, 'event')} in ${counted(totals.accounts, 'account')} and
  ${counted(totals.regions, 'region')}; ${figure(totals.changes)} of them
  (${share(totals.changes, totals.events)}) changed something.
  ${busiest[1] > 0 ? html`The busiest ${unit} was ${busiest[0]}${unit === 'hour' ? ':00' : ''} UTC with ${counted(busiest[1], 'event')}.` : undefined}`;
  return section(
    'activity',
    'Activity',
    lead,
    chartFigure(
      `Events by ${unit}`,
      'All accounts and services, each event counted once; UTC.',
      columnsChart(`Columns: events by ${unit}. The table below has the figures.`, all, period, 'volume'),
      timeTable(`Events by ${unit}`, bucketsOf(period), [{ name: 'events', counts: all }]),
      queryDetails(
        `Events by ${unit}`,
        byAccount.sql,
        context,
        html`<p class="muted">The sum of the answer over all accounts.</p>`,
      ),
    ),
    over('By account', 'accounts', byAccount, (name) => name, period, context),
    over('By service', 'services', byService, serviceName, period, context),
  );
}

function over(
  title: string,
  names: string,
  answer: SeriesAnswer,
  shown: (name: string) => string,
  period: Period,
  context: PageContext,
): Markup {
  const named = answer.series.filter(({ name }) => name !== undefined);
  const rows = named.map(({ name = '', counts, total }): ChartRow => ({ name: shown(name), counts, total }));
  const rest = answer.series.find(({ name }) => name === undefined);
  const others = rest === undefined ? [] : [{ name: 'others', counts: rest.counts }];
  const note = `All rows on one scale, events in all at the end of each.${rest === undefined ? '' : ` ${figure(answer.names - named.length)} other ${names} had ${counted(rest.total, 'event')}.`}`;
  return chartFigure(
    title,
    note,
    rows.length === 0
      ? html`<p>No events.</p>`
      : rowsChart(
          `Rows of columns: events over time, ${title.toLowerCase()}. The table below has the figures.`,
          rows,
          period,
        ),
    timeTable(`Events ${title.toLowerCase()}`, bucketsOf(period), [...rows, ...others]),
    queryDetails(title, answer.sql, context),
  );
}

/** Counts of all series together. */
export function sumOf({ series }: SeriesAnswer): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (const { counts } of series)
    for (const [bucket, n] of Object.entries(counts)) sum[bucket] = (sum[bucket] ?? 0) + n;
  return sum;
}
