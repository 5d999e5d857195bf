import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookupQuery, type LookupFilter } from '../../shared/core/lookup.ts';

const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    "' OR 1=1 --",
    '"; DROP TABLE x; --',
    '$user',
    '%',
    '_',
    '\\',
    '\0',
    '\ud800',
    '',
    'a.b',
    '/*',
  ),
);

const filter: fc.Arbitrary<LookupFilter> = fc.record(
  {
    user: value,
    eventName: value,
    eventSource: value,
    accessKey: value,
    resource: value,
    eventId: value,
    error: fc.oneof(value, fc.constant(true as const)),
    readOnly: fc.boolean(),
    sourceIp: value,
    account: value,
    region: value,
    from: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
    to: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
  },
  { requiredKeys: [] },
);

/** The filter with every value replaced by one known to be harmless: what the SQL may depend on. */
function harmless(filter: LookupFilter): LookupFilter {
  const entries = Object.entries(filter).map(([name, value]) => {
    if (value instanceof Date) return [name, new Date(0)];
    return [name, typeof value === 'string' ? 'x' : value];
  });
  return Object.fromEntries(entries) as LookupFilter;
}

describe('a lookup', () => {
  it('has the same SQL for every value, hostile or not', () => {
    fc.assert(
      fc.property(filter, fc.nat(), fc.constantFrom('short', 'full'), (filter, limit, form) => {
        expect(lookupQuery(filter, limit, form).sql).toBe(lookupQuery(harmless(filter), 10, form).sql);
      }),
      { numRuns: 500 },
    );
  });

  it('binds exactly the parameters that its SQL names', () => {
    fc.assert(
      fc.property(filter, (filter) => {
        const { sql, parameters } = lookupQuery(filter, 7, 'short');
        const named = new Set(Array.from(sql.matchAll(/\$(\w+)/g), ([, name]) => name));
        expect(named).toEqual(new Set(Object.keys(parameters)));
        expect(Object.values(parameters)).not.toContain(undefined);
      }),
      { numRuns: 500 },
    );
  });

  it('binds the values as they are, instants as ISO 8601, and a short source in full', () => {
    const from = new Date('2026-11-21T00:00:00Z');
    const filter = { user: "o'brien", eventSource: 's3', readOnly: false, from, error: 'AccessDenied' };
    expect(lookupQuery(filter, 5, 'full').parameters).toEqual({
      limit: 5,
      user: "o'brien",
      event_source: 's3.amazonaws.com',
      read_only: 'false',
      from: '2026-11-21T00:00:00.000Z',
      error: 'AccessDenied',
    });
    expect(lookupQuery({ eventSource: 'a.b' }, 5, 'full').parameters).toEqual({
      limit: 5,
      event_source: 'a.b',
    });
  });

  it('without conditions binds nothing but the limit; an empty value is a condition all the same', () => {
    expect(lookupQuery({}, 5, 'short').parameters).toEqual({ limit: 5 });
    expect(lookupQuery({}, 5, 'short').sql).not.toContain('useridentity.arn = ');
    expect(lookupQuery({ user: '', eventSource: '' }, 5, 'short').parameters).toEqual({
      limit: 5,
      user: '',
      event_source: '',
    });
    expect(lookupQuery({ error: true }, 5, 'short')).toMatchObject({
      sql: expect.stringContaining('errorcode IS NOT NULL') as string,
      parameters: { limit: 5 },
    });
  });

  it('takes every condition at once, each in brackets of its own', () => {
    const { sql } = lookupQuery({ user: 'a', resource: 'b', error: true }, 5, 'short');
    const chosen = /WHERE (\(.*\))\)\s+d LEFT JOIN/s.exec(sql)?.[1] ?? '';
    const parts = chosen.split(/(?<=\)) AND (?=\()/);
    expect(parts.length).toBeGreaterThanOrEqual(3);
    // The same choice stands on both sides: copies of an event are chosen together.
    expect(sql.split(chosen)).toHaveLength(3);
  });
});
