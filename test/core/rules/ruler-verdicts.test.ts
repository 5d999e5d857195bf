import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventRulerVersion } from '../../support/event-ruler.ts';
import { ourVerdict, unpackVerdicts, type RecordedVerdicts } from '../../support/pattern-verdicts.ts';
import { patternPairs, type PatternPair } from '../../support/pattern-pairs.ts';

const RECORDED = JSON.parse(
  readFileSync(new URL('../../fixtures/ruler-verdicts.json', import.meta.url), 'utf8'),
) as RecordedVerdicts;
const VERDICTS = unpackVerdicts(RECORDED.verdicts, RECORDED.count);

describe("event-ruler's verdicts, as npm run test:ruler recorded them", () => {
  let pairs: readonly PatternPair[] = [];
  beforeAll(() => {
    pairs = [...patternPairs(RECORDED.seed, RECORDED.count)];
  });

  it('are of the version that is pinned, and of the pairs that are generated now', () => {
    const hash = createHash('sha256');
    for (const { pattern, event } of pairs) hash.update(`${JSON.stringify([pattern, event])}\n`);
    expect(RECORDED.eventRuler).toBe(eventRulerVersion());
    expect(hash.digest('hex'), 'run npm run test:ruler').toBe(RECORDED.sha256);
  });

  it('are of all kinds', () => {
    const share = (verdict: string): number =>
      VERDICTS.filter((one) => one === verdict).length / RECORDED.count;
    expect(RECORDED.count).toBeGreaterThanOrEqual(20_000);
    expect(share('match')).toBeGreaterThan(0.25);
    expect(share('no')).toBeGreaterThan(0.25);
    expect(share('invalid')).toBeGreaterThan(0.05);
  });

  it('are ours', () => {
    const different = pairs.filter(
      ({ pattern, event }, index) => ourVerdict(pattern, event) !== VERDICTS[index],
    );
    expect(different).toEqual([]);
  });
});
