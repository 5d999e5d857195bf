import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { toDuckdbSql } from '../../../shared/adapters/athena-sql/trino-dialect.ts';
import { sampleLake } from './sample-lake.ts';

let lake: DuckDBConnection;
beforeAll(async () => {
  lake = await sampleLake();
});

/** What `SELECT <expression>` gives, as DuckDB prints it. */
async function valueOf(expression: string): Promise<unknown> {
  const reader = await lake.runAndReadAll(
    `SELECT CAST(v AS VARCHAR) FROM (${toDuckdbSql(`SELECT ${expression}`)}) AS t(v)`,
  );
  return reader.getRowsJson()[0]?.[0];
}

/** Expressions and their values, most from Trino's documentation of its functions. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string | null])[]>> = {
  JSON: [
    [`json_extract_scalar('{"a": "x"}', '$.a')`, 'x'],
    [`json_extract_scalar('[1, 2, 3]', '$[2]')`, '3'],
    [`json_extract_scalar('{"a": {"b": 1}}', '$.a')`, null],
    [`json_extract_scalar('{"a": null}', '$.a')`, null],
    [`json_extract_scalar('{"a": true}', '$.a')`, 'true'],
    [`json_extract_scalar('{"a": 500.0}', '$.a')`, '500.0'],
    [`json_extract_scalar('{"a": 12345678901234567890123}', '$.a')`, '12345678901234567890123'],
    [`json_extract_scalar('not JSON', '$.a')`, null],
    [`json_extract_scalar('{"x-amz-acl": "v"}', '$.x-amz-acl')`, 'v'],
    [`json_extract_scalar('{"a b": {"c.d": 1}}', '$["a b"]["c.d"]')`, '1'],
    [`json_extract('{"a": [1, 2]}', '$.a')`, '[1,2]'],
    [`json_extract('{"a": [{"b": 1}, {"b": 2}]}', '$.a[*].b')`, '[1,2]'],
    [`json_extract('{', '$.a')`, null],
    [`json_parse('[1, 2]')`, '[1,2]'],
    [`json_format(json_parse('{"a": 1}'))`, '{"a":1}'],
    [`json_array_length('[1, 2, 3]')`, '3'],
    [`json_array_length('{"a": 1}')`, null],
    [`json_array_contains('[1, 2, 3]', 2)`, 'true'],
    [`json_array_contains('["a"]', 'b')`, 'false'],
    [`json_array_get('["a", "b"]', 0)`, '"a"'],
    [`json_size('{"x": {"a": 1, "b": 2}}', '$.x')`, '2'],
    [`json_size('{"x": [1, 2, 3]}', '$.x')`, '3'],
    [`json_size('{"x": {"a": 1, "b": 2}}', '$.x.a')`, '0'],
    [`is_json_scalar('[1, 2, 3]')`, 'false'],
    [`CAST(json_extract('{"a": "x"}', '$.a') AS VARCHAR)`, 'x'],
    [`CAST('x' AS JSON)`, '"x"'],
    [`CAST(json_parse('{"a": ["b"]}') AS MAP(VARCHAR, ARRAY(VARCHAR)))['a'][1]`, 'b'],
    [`json_value('{"a": 1}', 'lax $.a')`, '1'],
    [`json_exists('{"a": 1}', 'lax $.b')`, 'false'],
    [
      `json_query('{"a": [{"b": "x"}, {"b": ["y", null]}, {"c": 1}]}', 'lax $.a.b[*]' WITH ARRAY WRAPPER)`,
      '["x","y",null]',
    ],
    [`json_query('{"a b": {"c": 1}}', 'lax $."a b"' WITH UNCONDITIONAL ARRAY WRAPPER)`, '[{"c":1}]'],
    [`json_query('{"a": []}', 'lax $.a[*]' WITH ARRAY WRAPPER)`, null],
    [`json_query('{"a": [[1, 2], [3]]}', 'lax $.a[*]' WITH ARRAY WRAPPER)`, '[[1,2],[3]]'],
    [`json_query('not JSON', 'lax $.a[*]' WITH ARRAY WRAPPER)`, null],
    [`json_query(CAST(NULL AS VARCHAR), 'lax $.a[*]' WITH ARRAY WRAPPER)`, null],
    [`json_format(CAST(json_parse('[null, "\\u003c\\/"]') AS array(json))[1])`, 'null'],
    [`json_format(CAST(json_parse('[null, "\\u003c\\/"]') AS array(json))[2])`, '"</"'],
    [`any_match(CAST(json_parse('["1", 1]') AS array(json)), v -> json_format(v) = '"1"')`, 'true'],
  ],
  'regular expressions': [
    [String.raw`regexp_like('1a 2b 14m', '\d+b')`, 'true'],
    [String.raw`regexp_extract('1a 2b 14m', '\d+')`, '1'],
    [String.raw`regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2)`, 'a'],
    [String.raw`regexp_extract('abc', '\d+')`, null],
    [String.raw`regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2)`, '[a, b, m]'],
    [String.raw`regexp_replace('1a 2b 14m', '\d+[ab] ')`, '14m'],
    [String.raw`regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ')`, '3ca 3cb 14m'],
    [String.raw`regexp_count('1a 2b 14m', '\s*[a-z]+\s*')`, '3'],
    [String.raw`regexp_split('1a 2b 14m', '\s*[a-z]+\s*')`, "[1, 2, 14, '']"],
    [String.raw`regexp_position('I have 23 apples', '\d')`, '8'],
    [String.raw`regexp_position('none', '\d')`, '-1'],
  ],
  addresses: [
    [`contains('10.0.0.0/8', CAST('10.255.255.255' AS IPADDRESS))`, 'true'],
    [`contains('10.0.0.0/8', TRY_CAST('11.255.255.255' AS ipaddress))`, 'false'],
    [`contains('10.0.0.0/8', TRY_CAST('10.0.0.256' AS ipaddress))`, null],
    [`contains('10.0.0.0/8', TRY_CAST('10.0.0.1.' AS ipaddress))`, null],
    [`contains('10.0.0.0/8', TRY_CAST('ec2.amazonaws.com' AS ipaddress))`, null],
    [`contains('10.0.0.0/8', TRY_CAST('::ffff:a01:203' AS ipaddress))`, 'true'],
    [
      `contains('2001:0db8:0:0:0:ff00:0042:8329/128', TRY_CAST('2001:db8::ff00:42:8329' AS ipaddress))`,
      'true',
    ],
    [
      `contains('2001:0db8:0:0:0:ff00:0042:8329/128', TRY_CAST('2001:db8::ff00:42:8328' AS ipaddress))`,
      'false',
    ],
    [`contains('2001:db8::/32', TRY_CAST('2001:DB8:ffff::' AS ipaddress))`, 'true'],
    [`contains('2001:db8::/32', TRY_CAST('10.0.0.1' AS ipaddress))`, 'false'],
    [`contains('2001:db8::/32', TRY_CAST('2001:db8::1::2' AS ipaddress))`, null],
    [`contains('2001:db8::/32', TRY_CAST('2001:db8:1' AS ipaddress))`, null],
    [`contains('203.0.113.5/32', TRY_CAST('203.0.113.5' AS ipaddress))`, 'true'],
    [`contains('0.0.0.0/0', TRY_CAST('203.0.113.5' AS ipaddress))`, 'true'],
    [`contains('2001:db8::1/32', TRY_CAST('2001:db8::2' AS ipaddress))`, 'true'],
    [`contains('no network', TRY_CAST('no address' AS ipaddress))`, null],
    [`CAST('10.9.0.1' AS IPADDRESS) > IPADDRESS '10.10.0.0'`, 'false'],
    [`CAST('10.11.0.1' AS IPADDRESS) BETWEEN IPADDRESS '10.10.0.0' AND IPADDRESS '10.12.0.0'`, 'true'],
    [`contains(ARRAY['a', 'b'], 'a')`, 'true'],
  ],
  'dates and times': [
    [`from_iso8601_timestamp('2026-01-02T03:04:05Z')`, '2026-01-02 03:04:05+00'],
    [`from_iso8601_timestamp('2026-01-02T03:04:05.678+02:00')`, '2026-01-02 01:04:05.678+00'],
    [`from_iso8601_date('2020-05-11')`, '2020-05-11'],
    [`date_parse('2022/10/20/05', '%Y/%m/%d/%H')`, '2022-10-20 05:00:00'],
    [`date_parse('2026-01-02T03:04:05Z', '%Y-%m-%dT%H:%i:%sZ')`, '2026-01-02 03:04:05'],
    [`date_format(TIMESTAMP '2022-10-20 05:10:00', '%m-%d-%Y %H')`, '10-20-2022 05'],
    [
      `date_format(TIMESTAMP '2022-10-20 05:10:09', '%M %W %i %s %T %e %c %%i')`,
      'October Thursday 10 09 05:10:09 20 10 %i',
    ],
    [
      `format_datetime(TIMESTAMP '2022-10-20 05:10:09.123', 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''')`,
      '2022-10-20T05:10:09.123Z',
    ],
    [`parse_datetime('2022-10-20T05:10:09Z', 'yyyy-MM-dd''T''HH:mm:ss''Z''')`, '2022-10-20 05:10:09+00'],
    [`date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00')`, '2020-03-01 00:01:26'],
    [`date_add('day', -1, TIMESTAMP '2020-03-01 00:00:00 UTC')`, '2020-02-29 00:00:00+00'],
    [`date_add('month', 1, DATE '2020-01-31')`, '2020-02-29'],
    [`date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00')`, '86400'],
    [`date_diff('day', TIMESTAMP '2020-03-01 23:00:00', TIMESTAMP '2020-03-02 01:00:00')`, '0'],
    [`date_trunc('month', DATE '2022-10-20')`, '2022-10-01'],
    [`date_trunc('HOUR', TIMESTAMP '2022-10-20 05:10:09')`, '2022-10-20 05:00:00'],
    [`day_of_week(DATE '2026-11-22')`, '7'],
    [`extract(dow FROM DATE '2026-11-22')`, '7'],
    [`day_of_month(DATE '2026-11-22')`, '22'],
    [`day_of_year(DATE '2026-02-01')`, '32'],
    [`millisecond(TIMESTAMP '2026-01-01 00:00:05.123')`, '123'],
    [`from_unixtime(0)`, '1970-01-01 00:00:00+00'],
    [`to_unixtime(TIMESTAMP '1970-01-02 00:00:00')`, '86400.0'],
    [`to_iso8601(from_iso8601_timestamp('2026-01-02T03:04:05Z'))`, '2026-01-02T03:04:05.000Z'],
    [`to_iso8601(DATE '2026-01-02')`, '2026-01-02'],
    [`hour(at_timezone(TIMESTAMP '2026-01-01 12:00:00 UTC', 'America/New_York'))`, '7'],
    [`CAST(DATE '2026-01-08' - INTERVAL '7' DAY AS VARCHAR)`, '2026-01-01'],
    [`last_day_of_month(DATE '2026-02-01')`, '2026-02-28'],
  ],
  strings: [
    [`concat('a', 'b', 'c')`, 'abc'],
    [`concat('a', NULL)`, null],
    [`replace('arn:aws:s3:::tab', 'arn:aws:s3:::')`, 'tab'],
    [`split_part('a:b', ':', 2)`, 'b'],
    [`split_part('a:b', ':', 3)`, null],
    [`split_to_map('a=1,b=2', ',', '=')['b']`, '2'],
    [`to_hex(md5(to_utf8('abc')))`, '900150983CD24FB0D6963F7D28E17F72'],
    [
      `lower(to_hex(sha256(from_hex('616263'))))`,
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    ],
    [`from_utf8(from_base64('YWJj'))`, 'abc'],
    [`codepoint('a')`, '97'],
    [`greatest(1, NULL)`, null],
    [`least(3, 2, 5)`, '2'],
    [`format('%s is %d', 'x', 3)`, 'x is 3'],
    [`url_extract_host('https://console.aws.amazon.com:443/a/b?x=1&y=a%20b#f')`, 'console.aws.amazon.com'],
    [`url_extract_path('https://console.aws.amazon.com:443/a/b?x=1&y=a%20b#f')`, '/a/b'],
    [`url_extract_port('https://console.aws.amazon.com:443/a/b?x=1&y=a%20b#f')`, '443'],
    [`url_extract_parameter('https://console.aws.amazon.com/a/b?x=1&y=a%20b#f', 'y')`, 'a b'],
  ],
  'arrays and maps': [
    [`element_at(ARRAY[1, 2], 3)`, null],
    [`element_at(ARRAY[1, 2], -1)`, '2'],
    [`element_at(MAP(ARRAY['a'], ARRAY[1]), 'b')`, null],
    [`MAP(ARRAY['a'], ARRAY[1])['a']`, '1'],
    [`cardinality(ARRAY[1, 2])`, '2'],
    [`cardinality(MAP(ARRAY['a'], ARRAY[1]))`, '1'],
    [`contains(ARRAY['a', 'b'], 'b')`, 'true'],
    [`array_join(ARRAY['a', NULL, 'b'], ',')`, 'a,b'],
    [`array_join(ARRAY['a', NULL, 'b'], ',', '?')`, 'a,?,b'],
    [`array_sort(ARRAY[3, NULL, 1])`, '[1, 3, NULL]'],
    [`array_position(ARRAY[1, 2], 9)`, '0'],
    [`array_except(ARRAY[1, 2], ARRAY[2])`, '[1]'],
    [`slice(ARRAY[1, 2, 3, 4], -2, 2)`, '[3, 4]'],
    [`sequence(1, 3)`, '[1, 2, 3]'],
    [`transform(ARRAY[5, 6], x -> x + 1)`, '[6, 7]'],
    [`filter(ARRAY[5, -6, 7], x -> x > 0)`, '[5, 7]'],
    [`reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s * 2)`, '150'],
    [`any_match(ARRAY[1, 2], x -> x = 2)`, 'true'],
    [`all_match(ARRAY[1, 2], x -> x = 2)`, 'false'],
    [`none_match(ARRAY[1, 2], x -> x = 3)`, 'true'],
  ],
  'arithmetic and conditions': [
    [`7 / 2`, '3'],
    [`7 / 2.0`, '3.5'],
    [`try(CAST('x' AS BIGINT))`, null],
    [`if(1 > 2, 'a')`, null],
    [`if(1 > 2, 'a', 'b')`, 'b'],
    [`bitwise_and(6, 3)`, '2'],
    [`truncate(1.9e0)`, '1.0'],
  ],
  aggregates: [
    [`approx_distinct(x) FILTER (WHERE x > 1) FROM (VALUES (1), (2), (3)) AS t(x)`, '2'],
    [`count_if(x > 1) FROM (VALUES (1), (2), (3)) AS t(x)`, '2'],
    [`count_if(x > 1) FROM (VALUES (CAST(NULL AS INTEGER))) AS t(x)`, '0'],
    [`count_if(x > 1) FROM (VALUES (2)) AS t(x) WHERE x < 0`, '0'],
    [
      `sum(n) FROM (SELECT count_if(x > 1) FILTER (WHERE x < 3) OVER () AS n FROM (VALUES (2), (3)) AS t(x))`,
      '2',
    ],
    [`map_agg(x, y)[2] FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y)`, 'b'],
    [`listagg(y, '-') WITHIN GROUP (ORDER BY x DESC) FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y)`, 'b-a'],
    [`max_by(y, x) FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y)`, 'b'],
  ],
};

describe.each(Object.entries(EXAMPLES))("Trino's %s", (_topic, examples) => {
  test.each(examples)('%s is %s', async (expression, value) => {
    expect(await valueOf(expression)).toBe(value);
  });
});

describe('a date stays a date', () => {
  test.each(["date_add('day', 1, DATE '2026-01-01')", "date_trunc('month', DATE '2026-01-01')"])(
    '%s',
    async (sql) => {
      expect(await valueOf(`typeof(${sql})`)).toBe('DATE');
    },
  );
});

test('a unit that Trino does not know is an error', async () => {
  await expect(valueOf(`date_add('fortnight', 1, DATE '2026-01-01')`)).rejects.toThrow(
    "'fortnight' is not a valid field",
  );
});

describe('what is no network to Trino is an error', () => {
  test.each([
    ['203.0.113.5', 'Invalid CIDR'],
    ['203.0.113.5/', 'Invalid CIDR'],
    ['203.0.113.5/x', 'Invalid CIDR'],
    ['10.0.0.1/8', 'Invalid CIDR'],
    ['0.0.0.1/0', 'Invalid CIDR'],
    ['010.0.0.0/8', 'Invalid network IP address'],
    ['10.0.0/8', 'Invalid network IP address'],
    ['10.0.0.0/-1', 'Invalid prefix length'],
    ['10.0.0.0/33', 'Prefix length exceeds address length'],
    ['2001:db8::/129', 'Prefix length exceeds address length'],
  ])('%s', async (network, message) => {
    await expect(valueOf(`contains('${network}', TRY_CAST('10.0.0.1' AS ipaddress))`)).rejects.toThrow(
      message,
    );
  });
});
