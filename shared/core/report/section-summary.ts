import { counted, figure, share, shortPrincipal } from './figure-text.ts';
import { html, type Content, type Markup } from './markup.ts';
import { verdictOf } from './integrity.ts';
import { queryDetails, type PageContext } from './page-parts.ts';
import type { NewKind, ReportFigures } from './report-figures.ts';
import { VERDICTS, verdictBox } from './section-integrity.ts';
import { isGrave, matchedRules } from './section-rules.ts';
import { MANY_CALLS } from './section-denied.ts';
import { signInCount } from './section-sign-ins.ts';

/** The first page: the figures, whether they can be relied on, and what stands out. */
export function summarySection(figures: ReportFigures, context: PageContext): Markup {
  const remarks = remarksOf(figures);
  const nothing = html`<p>
    Nothing by the measures of this report: no grave rule, no use of root, no sign-in without MFA.
  </p>`;
  return html`<div id="summary">
      ${tiles(figures)} ${queryDetails('The period in figures', figures.totals.sql, context)}
    </div>
    <section id="stands-out" aria-labelledby="stands-out-title">
      <h2 id="stands-out-title">What stands out</h2>
      ${verdictBox(figures)}
      ${
        remarks.length === 0
          ? nothing
          : html`<ul class="remarks">
              ${remarks}
            </ul>`
      }
    </section>`;
}

function tiles(figures: ReportFigures): Markup {
  const { totals, newAccess, rules, integrity, period } = figures;
  const matched = matchedRules(figures);
  const sum = (some: readonly { readonly alerts: number }[]): number =>
    some.reduce((n, { alerts }) => n + alerts, 0);
  const signIns = figures.signIns.series.reduce((n, { total }) => n + total, 0);
  const all: readonly (readonly [string, string, string])[] = [
    [
      'Events',
      figure(totals.events),
      `${counted(totals.accounts, 'account')}, ${counted(totals.regions, 'region')}`,
    ],
    [
      'Principals',
      figure(totals.principals),
      newAccess.baseline.events === 0
        ? 'new ones can’t be told'
        : `${figure(newCount(figures, 'principal'))} new`,
    ],
    ['Denied calls', figure(totals.denied), `${share(totals.denied, totals.events)} of events`],
    ['Console sign-ins', figure(signIns), `${figure(signInCount(figures, 'failed'))} failed`],
    rules === undefined
      ? ['Rule alerts', '–', 'rules not run']
      : ['Rule alerts', figure(sum(matched)), `${figure(sum(matched.filter(isGrave)))} critical or high`],
    ['Integrity', ...integrityTile(integrity, period)],
  ];
  return html`<dl class="tiles" aria-label="The period in figures">
    ${all.map(
      ([name, value, detail]) =>
        html`<div>
          <dt>${name}</dt>
          <dd><span class="value ${/\d/.test(value) ? 'count' : 'word'}">${value}</span></dd>
          <dd class="detail">${detail}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Words, not a sign: nobody may take one for the other. */
function integrityTile(...of: Parameters<typeof verdictOf>): readonly [string, string] {
  const verdict = verdictOf(...of);
  return verdict === 'alarm'
    ? ['Alarm', 'of verification']
    : [VERDICTS[verdict][1], verdict === 'verified' ? 'whole period' : 'see below'];
}

function newCount({ newAccess }: ReportFigures, kind: NewKind): number {
  return newAccess.kinds.find((one) => one.kind === kind)?.found ?? 0;
}

/** Sentences that lead to the sections, the grave ones first. */
function remarksOf(figures: ReportFigures): readonly Markup[] {
  const grave = [...graveRules(figures), ...rootUse(figures), ...refused(figures)];
  return [
    ...grave.map((content) => html`<li class="alert"><span class="unseen">Grave: </span>${content}</li>`),
    ...[...signIns(figures), ...newKeys(figures), ...quarantine(figures)].map(
      (content) => html`<li>${content}</li>`,
    ),
  ];
}

const RULES_NAMED = 5;

function graveRules(figures: ReportFigures): readonly Content[] {
  const grave = matchedRules(figures).filter(isGrave);
  const rest = grave.length - RULES_NAMED;
  const each = grave
    .slice(0, RULES_NAMED)
    .map(
      ({ title, alerts, severity, principals: [most] }) =>
        html`<a href="#rules">${title}</a>: ${counted(alerts, 'alert')},
          ${severity}${most === undefined ? '' : `, mostly by ${inFull(most.principal)}`}.`,
    );
  return rest > 0
    ? [
        ...each,
        html`${counted(rest, 'more rule')} of severity critical or high <a href="#rules">had alerts</a>.`,
      ]
    : each;
}

/** `role/deploy in 111122223333` */
function inFull(principal: string): string {
  const { name, account } = shortPrincipal(principal);
  return account === '' ? name : `${name} in ${account}`;
}

function rootUse({ totals }: ReportFigures): readonly Content[] {
  return totals.root === 0
    ? []
    : [
        html`<a href="#principals">The root user</a> made ${counted(totals.root, 'call')}: each use should
          have a ticket.`,
      ];
}

function refused({ deniedByPrincipal }: ReportFigures): readonly Content[] {
  const many = deniedByPrincipal.rows.filter(({ calls }) => calls >= MANY_CALLS);
  const [most] = many;
  if (most === undefined) return [];
  const others =
    many.length === 1 ? '' : `, and ${counted(many.length - 1, 'other')} ${figure(MANY_CALLS)} or more`;
  return [
    html`${inFull(most.name)} was
      <a href="#denied">refused ${counted(most.calls, 'different call')}</a>${others}: a scanner, or somebody
      trying out a credential.`,
  ];
}

function signIns(figures: ReportFigures): readonly Content[] {
  const [without, failed] = [signInCount(figures, 'without MFA'), signInCount(figures, 'failed')];
  const users = figures.signInsByUser.rows.filter(({ withoutMfa }) => withoutMfa > 0).length;
  return [
    ...(without === 0
      ? []
      : [
          html`<a href="#sign-ins">${counted(without, 'console sign-in')} without MFA</a>, by
            ${counted(users, 'user')} of those listed.`,
        ]),
    ...(failed === 0 ? [] : [html`<a href="#sign-ins">${counted(failed, 'console sign-in')} failed</a>.`]),
  ];
}

function newKeys(figures: ReportFigures): readonly Content[] {
  const [keys, regions] = [newCount(figures, 'access key'), newCount(figures, 'region')];
  return [
    ...(keys === 0
      ? []
      : [html`<a href="#new-access">${counted(keys, 'long-lived access key')}</a> used for the first time.`]),
    ...(regions === 0
      ? []
      : [html`<a href="#new-access">${counted(regions, 'region')}</a> used for the first time.`]),
  ];
}

function quarantine({ integrity: { receipts } }: ReportFigures): readonly Content[] {
  const { files, records } = receipts.quarantined;
  return files + records === 0
    ? []
    : [
        html`<a href="#integrity">${counted(files, 'file')} and ${counted(records, 'record')}</a> could not be
          read, and aren’t in these figures.`,
      ];
}
