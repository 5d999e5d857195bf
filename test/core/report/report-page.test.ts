import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseHTML } from 'linkedom';
import { reportPage } from '../../../shared/core/report/report-page.ts';
import { ATTACKS, figuresNamed, UNVERIFIED } from '../../support/report-figures.ts';

/** A page takes a fifth of a second to draw; `npm run test:report` tries all, in a browser. */
const TRIED = 5;

const plain = documentOf('alice');

type Page = ReturnType<typeof parseHTML>['document'];

function documentOf(name: string): Page {
  return parseHTML(reportPage(figuresNamed(name))).document;
}

/** What of the page isn't text: elements and attributes, with the values of attributes that a browser acts on. */
function skeleton(document: Page): readonly string[] {
  return [...document.querySelectorAll('*')].map((element) => {
    const attributes = [...element.attributes].map(({ name, value }) =>
      ACTED_ON.has(name) ? `${name}=${value}` : name,
    );
    return [element.localName, ...attributes].join(' ');
  });
}

const ACTED_ON = new Set([
  'id',
  'class',
  'href',
  'role',
  'http-equiv',
  'content',
  'tabindex',
  'fill',
  'stroke',
]);

describe('the report as a page', () => {
  it.each(ATTACKS.slice(0, TRIED).map((attack) => [attack.slice(0, 40), attack] as const))(
    'is made of the same elements whatever records hold: %j',
    (_title, attack) => {
      expect(skeleton(documentOf(attack))).toEqual(skeleton(plain));
    },
  );

  it('holds no script, link, frame, form, picture or style but its own style sheet', () => {
    const names = new Set([...plain.querySelectorAll('*')].map(({ localName }) => localName));
    for (const name of [
      'script',
      'link',
      'iframe',
      'object',
      'embed',
      'form',
      'img',
      'image',
      'use',
      'base',
      'foreignObject',
    ])
      expect([...names]).not.toContain(name);
    expect(plain.querySelectorAll('style').length).toBe(1);
    expect(plain.querySelectorAll('[style], [onload], [onclick], [onerror]').length).toBe(0);
    expect([...plain.querySelectorAll('[href]')].every((a) => a.getAttribute('href')?.startsWith('#'))).toBe(
      true,
    );
  });

  it('has a policy that allows that style sheet by its hash, and nothing else', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(reportPage(figuresNamed('alice')))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = plain.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('is the same bytes for the same figures', () => {
    expect(reportPage(figuresNamed('alice'))).toBe(reportPage(figuresNamed('alice')));
  });

  it('shows each query as it ran, in a command that runs it again', () => {
    const queries = [...documentOf("it's").querySelectorAll('pre')].map(({ textContent }) => textContent);
    expect(queries.length).toBeGreaterThanOrEqual(12);
    expect(new Set(queries)).toEqual(
      new Set([
        String.raw`trailseal query --lake 'it'\''s' - <<'SQL'` +
          `\nSELECT 1 AS "a"\nFROM cloudtrail_logs\nWHERE 1 < 2 AND 'x' > ''\nSQL`,
      ]),
    );
  });

  it('has a table behind each chart, and each chart says what it shows', () => {
    const charts = [...plain.querySelectorAll('figure')].filter(
      (figure) => figure.querySelector('svg') !== null,
    );
    expect(charts.length).toBeGreaterThan(7);
    for (const figure of charts) {
      expect(figure.querySelectorAll('table').length).toBeGreaterThan(0);
      expect(figure.querySelector('[role=img]')?.getAttribute('aria-label')).toMatch(
        /^(?:Columns|Rows|Bars|Dots)/,
      );
      expect([...figure.querySelectorAll('summary')].map(({ textContent }) => textContent).join()).toContain(
        'Query',
      );
    }
  });

  it('links only to sections that are there', () => {
    for (const link of plain.querySelectorAll('a'))
      expect(plain.getElementById(link.getAttribute('href')?.slice(1) ?? '')).not.toBeNull();
  });

  it('says plainly that nothing was verified', () => {
    const page = parseHTML(reportPage(figuresNamed('alice', { integrity: UNVERIFIED }))).document;
    expect(page.querySelector('.verdict')?.textContent).toContain('Not verified');
    expect(page.querySelector('.verified')).toBeNull();
    expect(page.querySelector('.tiles')?.textContent).toContain('Not verified');
  });

  it('calls nothing new where there is nothing to compare with', () => {
    const { newAccess } = figuresNamed('alice');
    const none = { ...newAccess, baseline: { ...newAccess.baseline, events: 0 }, kinds: [] };
    const text = parseHTML(reportPage(figuresNamed('alice', { newAccess: none }))).document.body.textContent;
    expect(text).toContain('Can’t be told.');
    expect(text).toContain('new ones can’t be told');
  });

  it('says so where no rules were run, and where there were no events', () => {
    const empty = { series: [], names: 0, denied: {}, sql: '' };
    const { totals } = figuresNamed('alice');
    const page = reportPage(
      figuresNamed('alice', {
        rules: undefined,
        byAccount: empty,
        byService: empty,
        signIns: empty,
        totals: { ...totals, events: 0, denied: 0 },
      }),
    );
    expect(page).toContain('No rules were run for this report.');
    expect(page).toContain('No call was denied.');
    expect(page).toContain('Nobody signed in to the console.');
  });
});
