import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import type { JsonObject } from '../../../shared/core/rules/record-view.ts';
import { recordViewOfValue } from '../../../shared/core/rules/record-view.ts';
import { RuleIndex } from '../../../shared/core/rules/rule-index.ts';
import { compileSigma } from '../../../shared/core/rules/sigma-rule.ts';

const FIELD = 'sessionCredentialFromConsole';
const matches = (pattern: object, record: JsonObject): boolean =>
  compilePredicate(compileEventPattern(pattern))(recordViewOfValue(record));

describe('a field that records have as a text and as a boolean', () => {
  it.each<[unknown, boolean]>([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    [{ prefix: 'tr' }, true],
    [{ 'anything-but': 'true' }, false],
    [{ 'anything-but': ['false', 'x'] }, true],
    [{ exists: true }, true],
    [{ exists: false }, false],
  ])('by %j is found in either form or in neither', (value, expected) => {
    const found = [true, 'true', [true], ['true']].map((spelt) =>
      matches({ [FIELD]: [value] }, { [FIELD]: spelt }),
    );
    expect(found).toEqual(found.map(() => expected));
  });

  it('is found by it alone among many rules', () => {
    const index = new RuleIndex([
      ['is', compileEventPattern({ [FIELD]: ['true'] })],
      ['is not', compileEventPattern({ [FIELD]: [false] })],
      [
        'Sigma',
        compileSigma({
          title: 'x',
          logsource: { product: 'aws', service: 'cloudtrail' },
          detection: { s: { [FIELD]: true }, condition: 's' },
        }),
      ],
    ]);
    for (const spelt of [true, 'true'])
      expect(index.matching(recordViewOfValue({ [FIELD]: spelt }))).toEqual(['is', 'Sigma']);
  });

  it('is no other field of its name, and no other boolean', () => {
    expect(
      matches({ requestParameters: { [FIELD]: ['true'] } }, { requestParameters: { [FIELD]: true } }),
    ).toBe(false);
    expect(matches({ readOnly: ['true'] }, { readOnly: true })).toBe(false);
    expect(matches({ [FIELD]: [1] }, { [FIELD]: true })).toBe(false);
  });
});
