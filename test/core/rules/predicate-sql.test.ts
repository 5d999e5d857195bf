import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress, parseCidr } from '../../../shared/core/rules/cidr.ts';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { networkText } from '../../../shared/core/rules/predicate-sql-cidr.ts';
import { NoSqlError } from '../../../shared/core/rules/predicate-sql-test.ts';
import { predicateSql, ruleSql } from '../../../shared/core/rules/predicate-sql.ts';
import type { Predicate, ValueTest } from '../../../shared/core/rules/predicate.ts';

const sqlOf = (pattern: object): string => predicateSql(compileEventPattern(pattern));
const sqlOfText = (path: string, ...anyOf: ValueTest[]): string =>
  predicateSql({ kind: 'fields', conditions: [{ path: path.split('.'), reads: 'text', anyOf }] });
const values = (path: string, json = 'requestparameters'): string =>
  `CAST(json_parse(json_query(${json}, 'lax $${path}[*]' WITH ARRAY WRAPPER)) AS array(json))`;

describe('what stands in a column of its own is compared plainly', () => {
  it.each<[object, string]>([
    [{ eventName: ['A'] }, "eventname = 'A'"],
    [{ eventName: ['A', 'B', 'B'] }, "eventname IN ('A', 'B')"],
    [{ eventName: [{ prefix: 'A' }, { suffix: 'B' }] }, "eventname LIKE 'A%' OR eventname LIKE '%B'"],
    [{ eventName: [{ prefix: '100%_' }] }, String.raw`eventname LIKE '100\%\_%' ESCAPE '\'`],
    [{ eventName: ["O'Hara"] }, "eventname = 'O''Hara'"],
    [{ eventName: [{ 'equals-ignore-case': 'Ab' }] }, "lower(eventname) = 'ab'"],
    [{ eventName: [{ 'anything-but': ['A', 'B'] }] }, "eventname NOT IN ('A', 'B')"],
    [{ eventName: [{ 'anything-but': { prefix: 'A' } }] }, "eventname NOT LIKE 'A%'"],
    [
      { eventName: [{ 'anything-but': { prefix: ['A', 'B'] } }] },
      "eventname NOT LIKE 'A%' AND eventname NOT LIKE 'B%'",
    ],
    [{ eventName: [{ 'anything-but': [5] }] }, 'eventname IS NOT NULL'],
    [{ eventName: [5] }, 'false'],
    [{ errorCode: [{ exists: false }] }, 'errorcode IS NULL'],
    [{ readOnly: [true] }, "readonly = 'true'"],
    [{ readOnly: ['true'] }, "readonly NOT IN ('true', 'false') AND readonly = 'true'"],
    [{ userIdentity: { sessionContext: { sourceIdentity: ['x'] } } }, "sourceidentity = 'x'"],
    [
      { userIdentity: { sessionContext: { webIdFederationData: { attributes: { sub: ['x'] } } } } },
      "element_at(useridentity.sessioncontext.webidfederationdata.attributes, 'sub') = 'x'",
    ],
    [
      { sourceIPAddress: [{ cidr: '10.0.0.0/8' }] },
      "contains('10.0.0.0/8', TRY_CAST(sourceipaddress AS ipaddress))",
    ],
    [
      { sourceIPAddress: ['203.0.113.5', { cidr: '10.0.0.1/8' }] },
      ['203.0.113.5/32', '10.0.0.0/8']
        .map((network) => `contains('${network}', TRY_CAST(sourceipaddress AS ipaddress))`)
        .join('\nOR '),
    ],
    [{ sessionCredentialFromConsole: ['true'] }, "sessioncredentialfromconsole = 'true'"],
    [{ sessionCredentialFromConsole: [true] }, "sessioncredentialfromconsole = 'true'"],
    [
      {
        userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] },
        eventType: [{ 'anything-but': 'AwsServiceEvent' }],
      },
      "eventtype <> 'AwsServiceEvent' AND useridentity.invokedby IS NULL AND useridentity.type = 'Root'",
    ],
  ])('%j', (pattern, sql) => {
    expect(sqlOf(pattern)).toBe(sql);
  });
});

describe('a network is written as Trino takes it', () => {
  it.each([
    ['203.0.113.5', '203.0.113.5/32'],
    ['203.0.113.5/31', '203.0.113.4/31'],
    ['010.1.2.3/8', '10.0.0.0/8'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['::ffff:a00:1', '10.0.0.1/32'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1:2:3:4:5/128'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['::1', '::1/128'],
    ['1::', '1::/128'],
    ['::/0', '::/0'],
  ])('%s as %s', (written, network) => {
    const value = written.includes('/') ? { cidr: written } : written;
    const sql = sqlOf({ sourceIPAddress: [value] });
    expect(/^contains\('(.*)', TRY_CAST/.exec(sql)?.[1]).toBe(network);
  });

  it('and stays the network that it was', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc
        .array(fc.constantFrom('0', '0', '1', 'ffff'), { minLength: 8, maxLength: 8 })
        .map((g) => g.join(':')),
    );
    const check = fc.property(address, fc.nat({ max: 127 }), (host, bits) => {
      const written = `${host}/${host.includes('.') ? bits % 32 : bits}`;
      const range = parseCidr(written);
      fc.pre(typeof range !== 'string');
      const [network = '', length] = networkText({ test: 'cidr', ...range, text: written }).split('/');
      expect(parseAddress(network)).toEqual({ family: range.family, number: range.low });
      expect(2n ** BigInt((range.family === 4 ? 32 : 128) - Number(length))).toBe(
        range.high - range.low + 1n,
      );
      expect(network).not.toMatch(/::.*::|(?<![\d.a-f])0[\da-f]/);
    });
    fc.assert(check, { numRuns: 300 });
  });
});

describe('a number is compared with a text as a number', () => {
  const scalar = "json_extract_scalar(v, '$')";
  const is = (value: string, ignoreCase = false): string =>
    sqlOfText('requestParameters.n', { test: 'equals', value, ignoreCase })
      .replaceAll(/\s+/g, ' ')
      .replace(/^any_match\( ?CAST.* AS array\(json\)\), v -> (.*?) ?\)$/, '$1');
  it.each([
    ['50', `${scalar} = '50' OR TRY_CAST(json_format(v) AS double) = 50`],
    ['-0.5', `${scalar} = '-0.5' OR TRY_CAST(json_format(v) AS double) = -5E-1`],
    ['1e+23', `${scalar} = '1e+23' OR TRY_CAST(json_format(v) AS double) = 1E23`],
    ['50.0', `json_format(v) LIKE '"%' AND ${scalar} = '50.0'`],
    ['1E2', `json_format(v) LIKE '"%' AND ${scalar} = '1E2'`],
    ['1E+23', `json_format(v) LIKE '"%' AND ${scalar} = '1E+23'`],
    ['12345678901234567890', `json_format(v) LIKE '"%' AND ${scalar} = '12345678901234567890'`],
    ['Infinity', `${scalar} = 'Infinity'`],
    ['NaN', `${scalar} = 'NaN'`],
    ['', `${scalar} = ''`],
    ['5a', `${scalar} = '5a'`],
  ])('%s', (value, sql) => {
    expect(is(value)).toBe(sql);
  });

  it('in whatever case', () => {
    expect(is('1E+23', true)).toBe(`lower(${scalar}) = '1e+23' OR TRY_CAST(json_format(v) AS double) = 1E23`);
  });
});

describe('what stands in JSON is looked for in lists', () => {
  it.each<[object, string]>([
    [{ bucketName: ['x'] }, `any_match(${values('.bucketName')}, v -> json_format(v) = '"x"')`],
    [{ 'x-amz-acl': ['x'] }, `any_match(${values('."x-amz-acl"')}, v -> json_format(v) = '"x"')`],
    [
      { n: [5, '5', null] },
      `any_match(${values('.n')}, v -> json_format(v) IN ('"5"', 'null') OR TRY_CAST(json_format(v) AS double) = 5)`,
    ],
    [{ n: [{ exists: false }] }, `NOT coalesce(any_match(${values('.n')}, v -> is_json_scalar(v)), false)`],
    [
      { n: [{ suffix: 'Role' }] },
      `any_match(${values('.n')}, v -> json_extract_scalar(v, '$') LIKE '%Role')`,
    ],
    [
      { n: [{ suffix: '5' }] },
      `any_match(${values('.n')}, v -> json_format(v) LIKE '"%' AND json_extract_scalar(v, '$') LIKE '%5')`,
    ],
  ])('%j', (pattern, sql) => {
    expect(
      sqlOf({ requestParameters: pattern })
        .replaceAll(/\s+/g, ' ')
        .replaceAll(/\( | \)/g, (bracket) => bracket.trim()),
    ).toBe(sql);
  });

  it('conditions that meet in a list are asked of one element', () => {
    expect(sqlOf({ requestParameters: { items: { from: [22], zone: [{ exists: false }] } } })).toBe(
      [
        'any_match(',
        `  ${values('.items')},`,
        '  v -> any_match(',
        `      ${values('.from', 'json_format(v)')},`,
        '      v2 -> TRY_CAST(json_format(v2) AS double) = 22',
        '    )',
        '    AND NOT coalesce(',
        '      any_match(',
        `        ${values('.zone', 'json_format(v)')},`,
        '        v2 -> is_json_scalar(v2)',
        '      ),',
        '      false',
        '    )',
        ')',
      ].join('\n'),
    );
  });

  it('resources are structs', () => {
    expect(sqlOf({ resources: { ARN: ['a'], type: ['T'] } })).toBe(
      "any_match(resources, r -> r.arn = 'a' AND r.type = 'T')",
    );
  });

  it('fields without a column are in unmapped, by their path', () => {
    expect(sqlOf({ userIdentity: { newField: { x: ['y'] } } })).toContain(
      `'lax $."userIdentity.newField".x[*]'`,
    );
  });
});

describe('a text is that of an object too', () => {
  it('as the record has it, and with its quotes read', () => {
    const test: ValueTest = {
      test: 'wildcard',
      pattern: [{ any: 'text' }, { literal: '"a"' }, { any: 'text' }],
    };
    expect(sqlOfText('requestParameters', test)).toBe(
      String.raw`requestparameters LIKE '%"a"%' OR replace(requestparameters, '\"', '"') LIKE '%"a"%'`,
    );
  });
});

describe('where there can be no SQL, an error says which condition, and why', () => {
  it.each<[object, RegExp]>([
    [{ requestParameters: [null] }, /condition on requestParameters: the lake doesn't tell null from absent/],
    [{ errorCode: [null] }, /errorCode: the lake doesn't tell null from absent/],
    [{ resources: { arn: ['a'] } }, /resources\.arn: .*ask for ARN/],
    [{ resources: { ARNPrefix: ['a'] } }, /unmapped, by the position/],
    [{ eventName: { x: ['a'] } }, /eventName is text in the lake/],
    [{ accountId: ['1'] }, /aggregated records alone/],
    [{ requestParameters: { 'a\0': ['1'] } }, /a path in SQL can't have/],
    [{ requestParameters: { 'a"b': ['1'] } }, /a path in SQL can't have/],
  ])('%j', (pattern, message) => {
    expect(() => sqlOf(pattern)).toThrow(NoSqlError);
    expect(() => sqlOf(pattern)).toThrow(message);
  });

  it('for any field, for the text of a struct, for what Java has not', () => {
    const any: ValueTest = { test: 'equals', value: 'x' };
    const anyField: Predicate = { kind: 'fields', conditions: [{ path: [], reads: 'text', anyOf: [any] }] };
    expect(() => predicateSql(anyField)).toThrow(/any field: .*name the field/);
    expect(() => sqlOfText('userIdentity', any)).toThrow(NoSqlError);
    expect(() => sqlOfText('resources', any)).toThrow(NoSqlError);
    expect(() => sqlOfText('eventName', { test: 'regex', source: '(?P<a>x)', flags: '' })).toThrow(
      NoSqlError,
    );
  });
});

it('a whole query says what it looks for, and how to read less', () => {
  const sql = ruleSql(compileEventPattern({ eventName: ['A'], errorCode: ['B'] }), 'Root use\r-- at night');
  expect(sql.split('\n')).toEqual([
    '-- Root use',
    '-- -- at night',
    expect.stringMatching(/^-- .*partition/),
    expect.stringMatching(/^-- {3}AND account = /),
    expect.stringMatching(
      /^SELECT eventtime, eventid, recipientaccountid, awsregion, coalesce\(.* AS principal, eventsource, /,
    ),
    'FROM cloudtrail_logs',
    'WHERE (',
    "  errorcode = 'B' AND eventname = 'A'",
    ')',
    'ORDER BY eventtime',
  ]);
});
