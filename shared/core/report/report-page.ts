import { createHash } from 'node:crypto';
import { timeText } from './figure-text.ts';
import { html, Markup } from './markup.ts';
import { shellWord } from './page-parts.ts';
import type { ReportFigures } from './report-figures.ts';
import { REPORT_STYLE } from './report-style.ts';
import { activitySection } from './section-activity.ts';
import { deniedSection } from './section-denied.ts';
import { integritySection } from './section-integrity.ts';
import { newAccessSection } from './section-new-access.ts';
import { principalsSection } from './section-principals.ts';
import { rulesSection } from './section-rules.ts';
import { signInsSection } from './section-sign-ins.ts';
import { summarySection } from './section-summary.ts';

const STYLE_HASH = createHash('sha256').update(REPORT_STYLE).digest('base64');

/** As a whole: a formatter's space inside would change what is hashed. */
const STYLE = new Markup(`<style>${REPORT_STYLE}</style>`);

/** Nothing is loaded, run, framed or sent; the one style sheet is known by its hash. */
export const REPORT_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

const SECTIONS = [
  ['activity', 'Activity'],
  ['principals', 'Principals'],
  ['denied', 'Denied calls'],
  ['sign-ins', 'Sign-ins'],
  ['new-access', 'New access'],
  ['rules', 'Rules'],
  ['integrity', 'Integrity and completeness'],
] as const;

/** The report as one HTML file that needs nothing else. The same figures give the same bytes. */
export function reportPage(figures: ReportFigures): string {
  const period = { from: new Date(figures.period.from), to: new Date(figures.period.to) };
  const context = { place: figures.lake.options.map(shellWord).join(' ') };
  const title = `AWS activity report, ${timeText(figures.period.from)} to ${timeText(figures.period.to)}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(REPORT_POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${STYLE}
      </head>
      <body>
        <a class="skip" href="#stands-out">Skip to what stands out</a>
        <div class="page">
          <header>
            <p class="eyebrow">${figures.lake.name}</p>
            <h1>AWS activity report</h1>
            <p class="period">${timeText(figures.period.from)} to ${timeText(figures.period.to)} UTC</p>
          </header>
          <main>
            ${summarySection(figures, context)}
            <nav aria-label="Sections">
              <ul>
                ${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
              </ul>
            </nav>
            ${activitySection(figures, period, context)} ${principalsSection(figures, context)}
            ${deniedSection(figures, period, context)} ${signInsSection(figures, period, context)}
            ${newAccessSection(figures, period, context)} ${rulesSection(figures, period, context)}
            ${integritySection(figures)}
          </main>
          <footer>
            <p>
              Made ${timeText(figures.made)} UTC by trailseal report from CloudTrail’s events in
              ${figures.lake.name}. Each event is counted once, by its own time. All times are UTC. The file
              loads nothing and runs nothing.
            </p>
          </footer>
        </div>
      </body>
    </html> `;
  return page.text;
}
