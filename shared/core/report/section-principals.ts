import { barsChart } from './chart-bars.ts';
import { counted, figure, share, shortPrincipal } from './figure-text.ts';
import { html, type Content, type Markup } from './markup.ts';
import {
  chartFigure,
  dataTable,
  figuresDetails,
  queryDetails,
  section,
  type PageContext,
} from './page-parts.ts';
import type { PrincipalRow, ReportFigures } from './report-figures.ts';

/** Who acts. */
export function principalsSection({ principals, totals }: ReportFigures, context: PageContext): Markup {
  const { rows, others, names } = principals;
  const rest = names - rows.length;
  const ofRows = rows.reduce((sum, { events }) => sum + events, 0);
  const root =
    totals.root === 0
      ? 'The root user made none.'
      : html`The root user made <strong class="flag">${counted(totals.root, 'call')}</strong>.`;
  const lead = html`${counted(names, 'principal')} from ${counted(totals.addresses, 'address', 'addresses')};
  the ${rows.length === names ? '' : `first ${figure(rows.length)} `}below made
  ${share(ofRows, totals.events)} of all events. ${root}`;
  const bars = rows.map(({ name, events, denied }) => ({ name: labelOf(name), n: events, alert: denied }));
  const restNote = others === undefined ? '' : ` ${figure(rest)} others made ${figure(others.events)}.`;
  return section(
    'principals',
    'Principals',
    lead,
    chartFigure(
      'Events by principal',
      `A role stands for all of its sessions. Orange, at the beginning of a bar: calls that were denied.${restNote}`,
      barsChart('Bars: events of each principal. The table has the figures.', bars),
      figuresDetails(
        'Events by principal',
        dataTable('Principals by events', COLUMNS, [
          ...rows.map(cells),
          ...(others === undefined ? [] : [restCells(others, rest)]),
        ]),
      ),
      queryDetails('Events by principal', principals.sql, context),
    ),
  );
}

const COLUMNS = [
  { title: 'principal' },
  { title: 'kind' },
  { title: 'events', isNumber: true },
  { title: 'denied', isNumber: true },
  { title: 'changes', isNumber: true },
  { title: 'services', isNumber: true },
  { title: 'addresses', isNumber: true },
] as const;

function cells(row: PrincipalRow): readonly Content[] {
  const { name, kind, events, denied, changes, services, addresses } = row;
  return [principalName(name), kind, ...[events, denied, changes, services, addresses].map(figure)];
}

/** How many services and addresses others have together isn't asked. */
function restCells({ events, denied, changes }: PrincipalRow, rest: number): readonly Content[] {
  return [`${figure(rest)} others`, '', ...[events, denied, changes].map(figure), '', ''];
}

/** A principal with its account below it. */
export function principalName(name: string): Markup {
  const { name: short, account } = shortPrincipal(name);
  return html`<span class="name">${short}</span
    >${account === '' ? undefined : html` <span class="sub">${account}</span>`}`;
}

/** The same on one line; the end of the account tells accounts apart. */
export function labelOf(name: string): string {
  const { name: short, account } = shortPrincipal(name);
  return account === '' ? short : `${short} (…${account.slice(-4)})`;
}
