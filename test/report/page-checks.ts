import { createRequire } from 'node:module';
import type { Page } from 'puppeteer-core';

/** What is wrong with a report, as a browser shows it; nothing is wrong if there is nothing. */
export type Check = (page: Page) => Promise<readonly string[]>;

/** Wider than the window. */
export const overflows: Check = async (page) =>
  (await page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .slice(0, 5)
      .map((element) => 'wider than ' + width + ' px: ' + element.localName + '.' + element.getAttribute('class'));
  })()`)) as string[];

/** A <details> that Tab doesn't come to, Enter doesn't open, or that shows no focus. */
export const unreachable: Check = async (page) => {
  await page.evaluate('document.activeElement?.blur(); window.scrollTo(0, 0)');
  const all = (await page.evaluate('document.querySelectorAll("summary").length')) as number;
  const reached = new Set<number>();
  const problems: string[] = [];
  for (let tabs = 0; tabs < all * 3 + 60 && reached.size < all; tabs += 1) {
    await page.keyboard.press('Tab');
    const at = (await page.evaluate(
      '[...document.querySelectorAll("summary")].indexOf(document.activeElement)',
    )) as number;
    if (at < 0 || reached.has(at)) continue;
    reached.add(at);
    const outline = (await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')) as string;
    if (outline === 'none') problems.push(`summary ${at} has focus and doesn't show it`);
  }
  if (reached.size < all) problems.push(`Tab came to ${reached.size} of ${all} <details>`);
  await page.keyboard.press('Enter');
  const isOpen = await page.evaluate('document.activeElement.closest("details")?.open');
  if (isOpen !== true) problems.push("Enter didn't open a <details>");
  await page.keyboard.press('Enter');
  return problems;
};

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds, minor things too. It is put in past the page's policy, which would stop it. */
export const inaccessible: Check = async (page) => {
  await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
  await page.addScriptTag({ path: AXE });
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  )) as { id: string; impact: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[];
  return found.map(
    ({ id, impact, help, nodes: [first, ...others] }) =>
      `axe: ${impact}: ${id}: ${help}: ${first?.target.join(' ') ?? ''} and ${others.length} more: ${first?.failureSummary ?? ''}`,
  );
};

/** What the page's policy lets through that it shouldn't: script, style, pictures and requests that are put into it. */
export const letThrough: Check = async (page) =>
  (await page.evaluate(`(async () => {
    const problems = [];
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    if (window.ran === true) problems.push('a script ran');
    const before = getComputedStyle(document.body).color;
    const style = document.createElement('style');
    style.textContent = 'body { color: rgb(1, 2, 3) !important; }';
    document.body.append(style);
    if (getComputedStyle(document.body).color !== before) problems.push('a foreign style sheet was applied');
    const loaded = await new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve(true);
      image.onerror = () => resolve(false);
      image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
      setTimeout(() => resolve(false), 1000);
    });
    if (loaded) problems.push('a picture was loaded');
    await fetch('data:text/plain,x').then(() => problems.push('a request went out'), () => undefined);
    script.remove();
    style.remove();
    return problems;
  })()`)) as string[];
