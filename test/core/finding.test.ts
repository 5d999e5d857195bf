import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ADVICE, FINDING_CODES } from '../../shared/core/finding.ts';

const DOCUMENTED = readFileSync(new URL('../../docs/verify.md', import.meta.url), 'utf8');

describe('what verification can find', () => {
  it.each(FINDING_CODES)('%s is documented, and says what to do', (code) => {
    expect(DOCUMENTED).toContain(`| \`${code}\``);
    expect(ADVICE[code]).toMatch(/^[A-Z].+\.$/s);
  });
});
