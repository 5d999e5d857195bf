import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { athenaEventsWhere } from '../../shared/adapters/athena-once-each.ts';
import { tokenize } from '../../shared/core/sql-tokens.ts';
import { duckdbEventsWhere } from '../../shared/adapters/duckdb-once-each.ts';
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

const engine = fc.constantFrom(athenaEventsWhere, duckdbEventsWhere);

/** The filter with every value replaced by one known to be harmless: what the SQL may depend on, apart from its literals. */
function harmless(filter: LookupFilter): LookupFilter {
  const entries = Object.entries(filter).map(([name, value]) => {
    if (value instanceof Date) return [name, value];
    return [name, typeof value === 'string' ? 'x' : value];
  });
  return Object.fromEntries(entries) as LookupFilter;
}

/** The SQL without what its string literals say. */
function shape(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'/g, `''`).replaceAll(/\(''(?: \|\| chr\(0\) \|\| '')+\)/g, `''`);
}

const conditionsOf = (filter: LookupFilter): string =>
  lookupQuery(filter, 5, 'short', (condition) => condition).sql;

describe('a lookup', () => {
  it('has the same SQL for every value, hostile or not, but for what stands in its literals', () => {
    fc.assert(
      fc.property(filter, fc.constantFrom('short', 'full'), engine, (filter, form, eventsWhere) => {
        const { sql } = lookupQuery(filter, 10, form, eventsWhere);
        expect(shape(sql)).toBe(shape(lookupQuery(harmless(filter), 10, form, eventsWhere).sql));
      }),
      { numRuns: 500 },
    );
  });

  it('has every value as a literal', () => {
    fc.assert(
      fc.property(filter, (filter) => {
        const literals = new Set(
          tokenize(conditionsOf(filter)).tokens.flatMap(({ kind, text }) =>
            kind === 'string' ? [text.slice(1, -1).replaceAll("''", "'")] : [],
          ),
        );
        for (const [name, value] of Object.entries(filter)) {
          if (typeof value !== 'string' || name === 'eventSource' || value.includes('\0')) continue;
          expect(literals).toContain(value.toWellFormed());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes a short source in full, and read-only as the text that the column holds', () => {
    expect(conditionsOf({ eventSource: 's3', readOnly: false })).toContain(
      "(eventsource = 's3.amazonaws.com') AND (readonly = 'false')",
    );
    expect(conditionsOf({ eventSource: 'a.b' })).toContain("eventsource = 'a.b'");
  });

  it('compares partition columns with literals, so that Athena asks its catalogue for few partitions', () => {
    const conditions = conditionsOf({
      account: '111122223333',
      region: 'eu-west-1',
      from: new Date('2026-11-03T10:00:00Z'),
      to: new Date('2026-11-21T08:00:00Z'),
    });
    for (const condition of [
      "(account = '111122223333')",
      "(region = 'eu-west-1')",
      "(event_ts >= TIMESTAMP '2026-11-03 10:00:00.000')",
      "(event_ts < TIMESTAMP '2026-11-21 08:00:00.000')",
      "((year || '-' || month || '-' || day) >= '2026-11-03')",
      "((year || '-' || month || '-' || day) <= '2026-11-21')",
      "(year >= '2026') AND ",
      "(year <= '2026')",
      "(month = '11')",
    ]) {
      expect(conditions).toContain(condition);
    }
    const acrossMonths = { from: new Date('2026-10-31T10:00:00Z'), to: new Date('2026-11-21T08:00:00Z') };
    expect(conditionsOf(acrossMonths)).not.toContain('(month =');
  });

  it('without conditions takes every event; an empty value is a condition all the same', () => {
    expect(conditionsOf({})).toContain('FROM (true)');
    expect(conditionsOf({ user: '', eventSource: '' })).toContain("useridentity.username = ''");
    expect(conditionsOf({ error: true })).toContain('errorcode IS NOT NULL');
  });

  it('takes every condition at once, each in brackets of its own, on both sides of a join', () => {
    const filter = { eventName: 'a', eventId: 'b', error: true } as const;
    const chosen =
      "(eventname = 'a') AND (eventid = 'b') AND (errorcode IS NOT NULL OR errormessage IS NOT NULL)";
    expect(lookupQuery(filter, 5, 'short', athenaEventsWhere).sql.split(chosen)).toHaveLength(2);
    // Copies of an event are chosen together.
    expect(lookupQuery(filter, 5, 'short', duckdbEventsWhere).sql.split(chosen)).toHaveLength(4);
  });

  it('has a limit that is a whole number', () => {
    expect(lookupQuery({}, 7, 'full', athenaEventsWhere).sql).toMatch(/ LIMIT 7$/);
    for (const limit of [1.5, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => lookupQuery({}, limit, 'full', athenaEventsWhere)).toThrow(RangeError);
  });
});
