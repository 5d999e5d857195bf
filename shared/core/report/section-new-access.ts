import type { Period } from './chart-columns.ts';
import { dotsChart, type ChartRow } from './chart-rows.ts';
import { counted, figure, timeText } from './figure-text.ts';
import { html, type Content, type Markup } from './markup.ts';
import { chartFigure, dataTable, queryDetails, section, timeTable, type PageContext } from './page-parts.ts';
import type { NewKind, NewOfKind, ReportFigures } from './report-figures.ts';
import { bucketsOf, unitOf } from './report-period.ts';
import { principalName } from './section-principals.ts';

const NAMES: Readonly<Record<NewKind, readonly [one: string, many: string, title: string]>> = {
  principal: ['principal', 'principals', 'Principals'],
  address: ['address', 'addresses', 'Addresses'],
  'access key': ['long-lived access key', 'long-lived access keys', 'Long-lived access keys'],
  region: ['region', 'regions', 'Regions'],
};

/** What came up in the period and not before it. */
export function newAccessSection(figures: ReportFigures, period: Period, context: PageContext): Markup {
  const { newAccess } = figures;
  const { baseline, kinds, sql } = newAccess;
  const since = `${timeText(figures.period.baselineFrom)} UTC`;
  if (baseline.events === 0) {
    const lead = html`<strong>Can’t be told.</strong> The lake holds no events from ${since} to the beginning
      of the period: against nothing, everything would be new.`;
    return section(
      'new-access',
      'New access',
      lead,
      queryDetails('What there is to compare with', baseline.sql, context),
    );
  }
  const found = kinds.filter((one) => one.found > 0);
  const listed = found.map(({ kind, found }) => counted(found, NAMES[kind][0], NAMES[kind][1])).join(', ');
  const lead = html`${listed === '' ? 'Nothing' : listed} that the lake hadn’t seen before: compared with
  ${counted(baseline.events, 'event')} on ${counted(baseline.days, 'day')} since ${since}.
  ${baseline.days < 14 ? html`<strong>That is little to compare with:</strong> much here may be new to the lake alone.` : undefined}`;
  const unit = unitOf(period);
  const rows = kinds.map(({ kind, counts, found }): ChartRow => ({
    name: NAMES[kind][2],
    counts,
    total: found,
  }));
  const title = `First seen, by ${unit}`;
  return section(
    'new-access',
    'New access',
    lead,
    chartFigure(
      title,
      `A dot for each ${unit} in which something came up for the first time, larger the more there were.`,
      dotsChart(
        'Dots: when new principals, addresses, access keys and regions came up. The table below has the figures.',
        rows,
        period,
      ),
      timeTable(title, bucketsOf(period), rows),
      queryDetails(title, sql, context),
      queryDetails(
        'What there is to compare with',
        baseline.sql,
        context,
        undefined,
        'Query of the baseline',
      ),
    ),
    ...found.map(tableOf),
  );
}

function tableOf({ kind, found, rows }: NewOfKind): Markup {
  const [one, many, title] = NAMES[kind];
  const note =
    rows.length < found
      ? `The ${figure(rows.length)} with the most events, of ${figure(found)}.`
      : `All ${counted(found, one, many)}, most events first.`;
  const columns = [
    { title: one },
    { title: 'first seen, UTC' },
    { title: 'events', isNumber: true },
    { title: 'denied', isNumber: true },
  ];
  const cells = rows.map(({ name, first, events, denied }): Content[] => [
    kind === 'principal' ? principalName(name) : html`<span class="name">${name}</span>`,
    timeText(first),
    figure(events),
    denied > 0 ? html`<span class="flag">${figure(denied)}</span>` : '0',
  ]);
  return html`<h3>New: ${title.toLowerCase()}</h3>
    ${dataTable(note, columns, cells)}`;
}
