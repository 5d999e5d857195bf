import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import { recordViewOfValue, type JsonObject } from '../../../shared/core/rules/record-view.ts';
import { SigmaError } from '../../../shared/core/rules/sigma-error.ts';
import { sigmaMetadata } from '../../../shared/core/rules/sigma-metadata.ts';
import { compileSigma } from '../../../shared/core/rules/sigma-rule.ts';

const FIXTURES = new URL('../../fixtures/sigma/', import.meta.url);
const logsource = { product: 'aws', service: 'cloudtrail' };
const rule = (detection: unknown): unknown => ({ title: 'A rule', logsource, detection });

interface Cases {
  readonly matches: readonly JsonObject[];
  readonly ignores: readonly JsonObject[];
}

/** Of each `name.yml` beside a `name.cases.yml`. */
function fixtures(): (readonly [name: string, rule: unknown, cases: Cases])[] {
  const read = (name: string): unknown => parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
  const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.cases.yml'));
  return files.map((file) => {
    const name = file.replace('.cases.yml', '');
    return [name, read(`${name}.yml`), read(file) as Cases];
  });
}

describe.each(fixtures())('the rule %s', (_, document, { matches, ignores }) => {
  const selects = compilePredicate(compileSigma(document));

  it.each(matches)('selects %j', (record) => {
    expect(selects(recordViewOfValue(record))).toBe(true);
  });

  it.each(ignores)('leaves %j', (record) => {
    expect(selects(recordViewOfValue(record))).toBe(false);
  });
});

describe('compileSigma', () => {
  it('makes one condition a field, and links them as Sigma does', () => {
    const fields = (name: string, value: string): unknown => ({
      kind: 'fields',
      conditions: [{ path: [name], reads: 'text', anyOf: [{ test: 'equals', value, ignoreCase: true }] }],
    });
    const detection = { a: { x: '1', y: '2' }, b: [{ x: '3' }, { y: '4' }], condition: 'a and not b' };
    expect(compileSigma(rule(detection))).toEqual({
      kind: 'all',
      of: [
        { kind: 'all', of: [fields('x', '1'), fields('y', '2')] },
        { kind: 'not', of: { kind: 'any', of: [fields('x', '3'), fields('y', '4')] } },
      ],
    });
  });

  it.each<[title: string, document: unknown, where: string, reason: string]>([
    ['no mapping', 'title: x', 'the document', 'is no mapping'],
    ['a list', [], 'the document', 'is no mapping'],
    ['no log source', { detection: {} }, 'logsource', 'is missing'],
    [
      'another log source',
      { logsource: { product: 'windows' }, detection: {} },
      'logsource',
      'not product windows and service none',
    ],
    ['another service', { logsource: { product: 'aws', service: 'rds' } }, 'logsource', 'service rds'],
    ['a correlation', { title: 'x', correlation: { type: 'event_count' } }, 'correlation', 'threshold'],
    ['a filter', { title: 'x', logsource, filter: { rules: [] } }, 'filter', 'suppression'],
    ['a collection', { action: 'global', logsource }, 'action', 'write each rule out'],
    ['no detection', { logsource }, 'detection', 'is missing'],
    ['a detection of text', rule('x'), 'detection', 'is no mapping'],
    ['no condition', rule({ a: { x: 1 } }), 'detection.condition', 'needs a condition'],
    [
      'a number for a condition',
      rule({ a: { x: 1 }, condition: 1 }),
      'detection.condition',
      'needs a condition',
    ],
    ['no conditions', rule({ a: { x: 1 }, condition: [] }), 'detection.condition', 'is an empty list'],
    [
      'a wrong condition among others',
      rule({ a: { x: 1 }, condition: ['a', 'b'] }),
      'detection.condition[1]',
      'there is no b, but "a"',
    ],
    ['a condition on nothing', rule({ condition: '1 of them' }), 'detection.condition', 'none at all'],
    [
      'a time frame',
      rule({ a: { x: 1 }, timeframe: '5m', condition: 'a' }),
      'detection.timeframe',
      'aggregation',
    ],
    ['a selection of no field', rule({ a: {}, condition: 'a' }), 'detection.a', 'names no field'],
    ['a selection of nothing', rule({ a: [], condition: 'a' }), 'detection.a', 'is an empty list'],
    ['a list in a list', rule({ a: [['x']], condition: 'a' }), 'detection.a', 'takes a text'],
    ['a null keyword', rule({ a: null, condition: 'a' }), 'detection.a', 'null needs a field'],
    [
      'a field in a list of maps',
      rule({ a: [{ x: 1 }, { 'x|nope': 1 }], condition: 'a' }),
      'detection.a[1].x|nope',
      'there is no modifier "nope"',
    ],
  ])('refuses %s', (_, document, where, reason) => {
    const compiling = (): unknown => compileSigma(document);
    expect(compiling).toThrow(SigmaError);
    expect(compiling).toThrow(expect.objectContaining({ where }) as Error);
    expect(compiling).toThrow(reason);
  });

  it('names the limit that a rule of too many selections, or of too many uses of a large one, breaks', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`s${n}`, { x: n }]));
    expect(() => compileSigma(rule({ ...many, condition: 's1' }))).toThrow('the limit selections of 200');
    const large = { x: Array.from({ length: 200 }, (_, n) => `value ${n}`) };
    const uses = Array(300).fill('large').join(' or ');
    expect(() => compileSigma(rule({ large, condition: uses }))).toThrow('the limit tests of 20000');
  });
});

describe('sigmaMetadata', () => {
  it('is what the file says of itself', () => {
    const document = {
      title: ' A rule ',
      id: '929a690e-bef0-4204-a928-ef5e620d6fcc',
      level: 'high',
      tags: ['attack.persistence', 'attack.t1078.004', 'attack.T1098', 'attack.g0016', 'cve.2024-1'],
      description: 'What it finds\n',
      falsepositives: ['Backups'],
      references: ['a page'],
      author: 'A. Author, B. Author',
    };
    expect(sigmaMetadata(document)).toEqual({
      title: 'A rule',
      id: '929a690e-bef0-4204-a928-ef5e620d6fcc',
      severity: 'high',
      attack: ['T1078.004', 'T1098'],
      description: 'What it finds',
      falsePositives: ['Backups'],
      references: ['a page'],
      author: 'A. Author, B. Author',
    });
  });

  it('is medium and otherwise empty where the file says nothing', () => {
    expect(sigmaMetadata({ title: 'A rule', description: null })).toEqual({
      title: 'A rule',
      id: undefined,
      severity: 'medium',
      attack: [],
      description: undefined,
      falsePositives: [],
      references: [],
      author: undefined,
    });
  });

  it.each<[document: unknown, reason: string]>([
    [null, 'the document: is no mapping'],
    [{}, 'title: is missing'],
    [{ title: 7 }, 'title: is no text'],
    [{ title: 'x', level: 'severe' }, 'level: "severe" is none of informational, low'],
    [{ title: 'x', tags: ['a', 1] }, 'tags[1]: is no text'],
  ])('refuses %j', (document, reason) => {
    expect(() => sigmaMetadata(document)).toThrow(SigmaError);
    expect(() => sigmaMetadata(document)).toThrow(reason);
  });
});
