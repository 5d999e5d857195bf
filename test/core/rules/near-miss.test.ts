import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/core/query-result.ts';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { failedConditions, type NearMiss } from '../../../shared/core/rules/near-miss.ts';
import type { Predicate } from '../../../shared/core/rules/predicate.ts';
import { recordViewOfValue, type JsonObject } from '../../../shared/core/rules/record-view.ts';

const failed = (pattern: object, record: JsonObject): NearMiss =>
  failedConditions(compileEventPattern(pattern), recordViewOfValue(record));

const words = ({ failed }: NearMiss): string[] =>
  failed.map(({ field, expected, found }) => `${field} ${expected}; has ${found}`);

describe('a near miss', () => {
  it('is none where the rule matches', () => {
    expect(failed({ eventName: ['A'] }, { eventName: 'A' })).toEqual({ failed: [], distance: 0 });
  });

  it('names each condition that failed, what was expected, and what the record has', () => {
    const pattern = {
      eventName: ['A', 'B'],
      userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] },
    };
    const record = { eventName: 'B', userIdentity: { type: 'IAMUser', invokedBy: 'x' } };
    const miss = failed(pattern, record);
    expect(words(miss)).toEqual([
      'userIdentity.invokedBy is absent; has "x"',
      'userIdentity.type is "Root"; has "IAMUser"',
    ]);
    expect(miss.distance).toBe(2);
    expect(miss.failed[1]?.path).toEqual(['userIdentity', 'type']);
  });

  it('says that the record has nothing there', () => {
    expect(words(failed({ errorCode: ['X'] }, { eventName: 'A' }))).toEqual([
      'errorCode is "X"; has undefined',
    ]);
  });

  it('says when each condition holds and no one element of a list holds them all', () => {
    const pattern = { requestParameters: { ipPermissions: { items: { port: [22], cidr: ['0.0.0.0/0'] } } } };
    const items = [
      { port: 22, cidr: '10.0.0.0/8' },
      { port: 443, cidr: '0.0.0.0/0' },
    ];
    const miss = failed(pattern, { requestParameters: { ipPermissions: { items } } });
    expect(miss.distance).toBe(1);
    expect(miss.failed[0]).toEqual({
      path: ['requestParameters', 'ipPermissions', 'items'],
      field: 'requestParameters.ipPermissions.items',
      expected:
        'each holds, but no one element holds them all: requestParameters.ipPermissions.items.cidr is "0.0.0.0/0"; ' +
        'requestParameters.ipPermissions.items.port is the number 22',
      found: JSON.stringify(items),
    });
  });

  it('goes by the nearest of several alternatives', () => {
    const pattern = {
      $or: [
        { eventName: ['A'], errorCode: ['E'], awsRegion: ['r'] },
        { eventName: ['B'], errorCode: ['F'] },
      ],
    };
    expect(words(failed(pattern, { eventName: 'A', errorCode: 'F' }))).toEqual(['eventName is "B"; has "A"']);
  });

  it('says what must not be, and is', () => {
    const fields: Predicate = compileEventPattern({ userAgent: [{ prefix: 'aws-sdk' }] });
    const record = recordViewOfValue({ userAgent: 'aws-sdk-go' });
    const miss = failedConditions({ kind: 'all', of: [{ kind: 'not', of: fields }] }, record);
    expect(words(miss)).toEqual(['userAgent is not one that starts with "aws-sdk"; has "aws-sdk-go"']);
  });

  it('of several things that must not be, asks for the fewest to change', () => {
    const part = (name: string): Predicate => compileEventPattern({ [name]: ['x'] });
    const both: Predicate = { kind: 'all', of: [part('a'), { kind: 'any', of: [part('b'), part('c')] }] };
    const record = recordViewOfValue({ a: 'x', b: 'x', c: 'x' });
    expect(failedConditions({ kind: 'not', of: both }, record).failed.map(({ field }) => field)).toEqual([
      'a',
    ]);
  });

  it('shortens what the record has', () => {
    const record: Record<string, JsonValue> = { eventName: 'x'.repeat(10_000) };
    expect(failed({ eventName: ['A'] }, record).failed[0]?.found).toHaveLength(200);
  });

  it('of nothing to match has a distance all the same', () => {
    expect(failedConditions({ kind: 'any', of: [] }, recordViewOfValue({})).distance).toBe(1);
  });
});
