import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's chromium, installed if it isn't there and this may. Throws what to do if it may not. */
export function chromium(): string {
  const named = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place));
  if (named !== undefined) return named;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('installing chromium …');
    const packages = ['chromium', 'fonts-inter', 'fonts-liberation', 'poppler-utils'];
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]])
      spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const installed = PLACES.find((place) => existsSync(place));
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'there is no chromium: install it (as root: apt-get install chromium), or name one: CHROMIUM=/path npm run test:report',
  );
}
