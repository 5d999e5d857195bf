import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { reportPage } from '../../shared/core/report/report-page.ts';
import { ATTACKS, figuresNamed } from '../support/report-figures.ts';
import { chromium } from './chromium.ts';
import { inaccessible, letThrough, overflows, unreachable, type Check } from './page-checks.ts';
import { sampleReport } from './sample-report.ts';

/**
 * `npm run test:report`: the report of the sample in a real browser, light, dark, on a phone and printed; and a report whose every name is an attack.
 * Exits with 1 at anything wrong. Screenshots, to be looked at, go to --out (default: node_modules/.cache/report).
 */

const { values: flags } = parseArgs({
  options: { out: { type: 'string', default: 'node_modules/.cache/report' } },
});

interface Look {
  readonly name: string;
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  readonly media?: 'print';
  readonly checks: readonly Check[];
}

const LOOKS: readonly Look[] = [
  {
    name: 'desktop-light',
    width: 1040,
    scheme: 'light',
    checks: [overflows, unreachable, inaccessible, letThrough],
  },
  { name: 'desktop-dark', width: 1040, scheme: 'dark', checks: [overflows, inaccessible] },
  { name: 'phone', width: 360, scheme: 'light', checks: [overflows, unreachable, inaccessible] },
  { name: 'phone-dark', width: 360, scheme: 'dark', checks: [overflows, inaccessible] },
  { name: 'print', width: 720, scheme: 'dark', media: 'print', checks: [overflows] },
];

const PATIENCE_MS = 30_000;

async function main(): Promise<void> {
  mkdirSync(flags.out, { recursive: true });
  const sample = join(flags.out, 'report.html');
  writeFileSync(sample, await sampleReport());
  const hostile = join(flags.out, 'hostile.html');
  await using browser = await launch({ executablePath: chromium(), args: ['--no-sandbox'] });
  let problems = 0;
  const tell = (what: string, found: readonly string[]): void => {
    problems += found.length;
    console.log(`${found.length === 0 ? 'ok    ' : 'WRONG '} ${what}`);
    for (const one of found) console.log(`         ${one}`);
  };
  for (const look of LOOKS) tell(look.name, await looked(browser, sample, look));
  const broken = join(flags.out, 'broken.html');
  writeFileSync(broken, breakPage(await readFile(sample, 'utf8')));
  for (const check of [overflows, unreachable, inaccessible, letThrough, strangers]) {
    const found = await looked(browser, broken, { name: '', width: 360, scheme: 'light', checks: [check] });
    tell(
      `${check.name} finds what is wrong with a broken page`,
      found.length > 0 ? [] : ['it found nothing'],
    );
  }
  for (const [i, attack] of ATTACKS.entries()) {
    writeFileSync(hostile, reportPage(figuresNamed(attack)));
    tell(
      `attack ${i}: ${JSON.stringify(attack.slice(0, 40))}`,
      await looked(browser, hostile, {
        name: '',
        width: 360,
        scheme: 'light',
        checks: [overflows, strangers],
      }),
    );
  }
  console.log(problems === 0 ? `nothing wrong; screenshots are in ${flags.out}` : `${problems} wrong`);
  if (problems > 0) process.exitCode = 1;
}

/** A check that can't fail is none: without its policy, pale, wider than the window, unreachable by keyboard, and with a script. */
function breakPage(page: string): string {
  return page
    .replace(/<meta[^>]*Content-Security-Policy[^>]*>/, '<script></script>')
    .replace('--muted: #5a626c', '--muted: #c8c8c8')
    .replace('* { box-sizing', 'p { min-width: 900px } * { box-sizing')
    .replaceAll('<summary', '<summary tabindex="-1"');
}

async function looked(browser: Browser, file: string, look: Look): Promise<string[]> {
  const page = await browser.newPage();
  const problems: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:'))
      problems.push(`it asked for ${request.url()}`);
  });
  // What the page itself says; checks put things into it that its policy stops.
  let isChecking = false;
  page.on('console', (message) => {
    if (!isChecking) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${String(error)}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.scheme }]);
  if (look.media !== undefined) await page.emulateMediaType(look.media);
  await page.setViewport({ width: look.width, height: 900 });
  await page.goto(url, { timeout: PATIENCE_MS });
  if (look.name !== '') await keep(page, look);
  isChecking = true;
  for (const check of look.checks) {
    // axe-core is a script, which the policy stops; whether it does is checked without this.
    if (check === inaccessible) {
      await page.setBypassCSP(true);
      await page.reload();
    }
    problems.push(...(await check(page)));
    if (check === inaccessible) {
      await page.setBypassCSP(false);
      await page.reload();
    }
  }
  await page.close();
  return problems;
}

async function keep(page: Page, { name, media }: Look): Promise<void> {
  await page.screenshot({ path: join(flags.out, `${name}.png`), fullPage: true });
  if (media === 'print') await page.pdf({ path: join(flags.out, 'report.pdf'), format: 'A4' });
}

/** Elements that no report has. */
const strangers: Check = async (page) =>
  (await page.evaluate(
    `[...document.querySelectorAll('script, img, form, iframe, object, embed, link, base, foreignObject, image, use, style + style, [onload], [onerror], [onmouseover], [style]')].map(({ localName }) => 'there is a stranger: ' + localName)`,
  )) as string[];

await main();
