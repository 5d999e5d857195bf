import { assert, constantFrom, oneof, property, string, stringMatching } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { print, tokenize } from '../../../shared/core/sql-tokens.ts';
import { toDuckdbSql } from '../../../shared/adapters/athena-sql/trino-dialect.ts';

describe('what DuckDB does not take is rewritten', () => {
  test.each([
    ['CAST(x AS ARRAY(VARCHAR))', 'CAST(x AS VARCHAR[])'],
    ['CAST(x AS array<map<varchar, json>>)', 'CAST(x AS MAP(varchar, json)[])'],
    ['TRY_CAST(x AS MAP(VARCHAR, ARRAY(JSON)))', 'TRY_CAST(x AS MAP(VARCHAR, JSON[]))'],
    ['CAST(x AS ROW(a VARCHAR, b BIGINT))', 'CAST(x AS STRUCT(a VARCHAR, b BIGINT))'],
    [
      'CAST(x AS ROW(VARCHAR, double precision))',
      'CAST(x AS STRUCT(field0 VARCHAR,field1 double precision))',
    ],
    ['CAST(x AS timestamp(3) with time zone)', 'CAST(x AS timestamp with time zone)'],
    ['current_timestamp(6) - localtimestamp(3)', 'current_timestamp - localtimestamp'],
    ['CAST(x AS JSON)', 'to_json(x)'],
    ["CAST(json_extract(j, '$.a') AS VARCHAR)", "CAST(json_extract_scalar(j, '$.a') AS VARCHAR)"],
    ["CAST(json_extract(j, '$.a') AS BIGINT)", "CAST(json_extract(j, '$.a') AS BIGINT)"],
    ['count_if(a OR b) OVER ()', 'count(CASE WHEN (a OR b) THEN 1 END) OVER ()'],
    ['transform(a, x -> x + 1)', 'list_transform(a, x -> x + 1)'],
    [
      'any_match(filter(a, x -> x > 1), x -> x = 2)',
      '(len(list_filter(list_filter(a, x -> x > 1), x -> x = 2)) > 0)',
    ],
    [
      'reduce(a, 0, (s, x) -> s + x, s -> s)',
      'list_transform([list_reduce(a, (s, x) -> s + x, 0)], s -> s)[1]',
    ],
    [
      "transform_values(m, (k, v) -> k || v || x.k || v(k) || 'k')",
      "map_from_entries(list_transform(map_entries(m), lambda trino_entry: struct_pack(key := trino_entry.key, value := trino_entry.key || trino_entry.value || x.k || v(trino_entry.key) || 'k')))",
    ],
    [
      "transform_keys(m, (k, v) -> 'a.' || K)",
      "map_from_entries(list_transform(map_entries(m), lambda trino_entry: struct_pack(key := 'a.' || trino_entry.key, value := trino_entry.value)))",
    ],
    [
      'map_filter(m, (k, v) -> v IS NOT NULL)',
      'map_from_entries(list_filter(map_entries(m), lambda trino_entry: trino_entry.value IS NOT NULL))',
    ],
    ['map_filter(m, f)', 'map_filter(m, f)'],
    ["IF(a, 'b')", "CASE WHEN (a) THEN ( 'b') END"],
    ["date_parse(t, '%Y')", "strptime(t, trino_mysql_format( '%Y'))"],
    [`"date_parse"(t, '%Y')`, `strptime(t, trino_mysql_format( '%Y'))`],
    [
      'approx_distinct(DISTINCT x, 0.1) FILTER (WHERE y)',
      'approx_count_distinct(DISTINCT x) FILTER (WHERE y)',
    ],
    ['CAST(json_parse(x) AS array(json))', 'trino_json_array(json_parse(x))'],
    ['CAST(x AS array(json))', 'CAST(x AS json[])'],
    [
      `json_query(x, 'lax $.a."b-c"[*]' WITH ARRAY WRAPPER)`,
      `trino_json_wrapped(trino_json_elements(trino_json_members(trino_json_members(trino_json_root(x), '$."a"'), '$."b-c"')))`,
    ],
    ["json_query(x, 'lax $.a')", "json_query(x, 'lax $.a')"],
    ["json_query(x, 'strict $.a' WITH ARRAY WRAPPER)", "json_query(x, 'strict $.a' WITH ARRAY WRAPPER)"],
    ["contains('10.0.0.0/8', TRY_CAST(x AS ipaddress))", "trino_network_contains('10.0.0.0/8', trino_ip(x))"],
    ["CAST(x AS IPADDRESS) > IPADDRESS '10.0.0.0'", "trino_ip(x) > trino_ip('10.0.0.0')"],
    ["contains(a, 'x')", "contains(a, 'x')"],
    ["listagg(x, ',') WITHIN GROUP (ORDER BY y DESC)", "string_agg(x, ',' ORDER BY y DESC)"],
    ['extract(day_of_week FROM t)', 'extract(isodow FROM t)'],
    ["timestamp '2026-01-01 00:00:00 Europe/Paris'", "TIMESTAMPTZ '2026-01-01 00:00:00 Europe/Paris'"],
    ["current_date - interval '7' day", "CAST(current_date - interval '7' day AS DATE)"],
    ["date '2026-01-31' + interval '1' month", "CAST(date '2026-01-31' + interval '1' month AS DATE)"],
    ["current_date - interval '7' hour", "current_date - interval '7' hour"],
    ['"$path"', 'logfile'],
    ['t."$path"', 't.logfile'],
  ])('%s', (trino, duckdb) => {
    expect(toDuckdbSql(`SELECT ${trino}`)).toBe(`SELECT ${duckdb}`);
  });

  test.each([
    ['"db"."cloudtrail_logs"', '"cloudtrail_logs"'],
    ['awsdatacatalog.db.cloudtrail_logs AS l', 'cloudtrail_logs AS l'],
    ['db.other_table', 'db.other_table'],
    ['cloudtrail_logs TABLESAMPLE BERNOULLI (10)', 'cloudtrail_logs TABLESAMPLE BERNOULLI(10 PERCENT)'],
    ['a CROSS JOIN UNNEST(r) AS t(x)', 'a CROSS JOIN UNNEST(r) AS t(x)'],
    [
      'a CROSS JOIN UNNEST(r) WITH ORDINALITY AS t(x, n)',
      'a CROSS JOIN UNNEST(r) WITH ORDINALITY AS t(x, n)',
    ],
    [
      'a CROSS JOIN UNNEST(r) AS t(x, y, z)',
      'a CROSS JOIN LATERAL (SELECT unnest(r, max_depth := 2)) AS t(x, y, z)',
    ],
    ['a, UNNEST(m) t(k, v)', 'a, LATERAL (SELECT unnest(map_entries(m), max_depth := 2)) t(k, v)'],
    ['a, UNNEST(b, c) t(x, y)', 'a, LATERAL (SELECT unnest(b), unnest( c)) t(x, y)'],
  ])('FROM %s', (trino, duckdb) => {
    expect(toDuckdbSql(`SELECT * FROM ${trino};`)).toBe(`SELECT * FROM ${duckdb}`);
  });

  test('a semicolon at the end goes, a comment after it stays', () => {
    expect(toDuckdbSql('SELECT 1 ; -- done\n')).toBe('SELECT 1 -- done\n');
  });
});

describe('what must not be touched is not', () => {
  test.each([
    `SELECT 'CAST(x AS ARRAY(VARCHAR)) from db.cloudtrail_logs "$path"; it''s if(a, b)'`,
    `SELECT "date_parse", "if" FROM t -- if(a, b) CAST(x AS JSON)`,
    `SELECT /* "$path" transform(a, x -> x) */ 1`,
    `SELECT count(*) FILTER (WHERE a IN (1, 2)) FROM t`,
    `SELECT t.filter, my.if(a, b), if(a, b, c) FROM t`,
    `SELECT timestamp '2026-01-01 00:00:00', date '2026-01-01', "timestamp" FROM t WHERE timestamp = '2026/01/01'`,
    `SELECT x FROM cloudtrail_logs WHERE cloudtrail_logs.eventname LIKE '50\\%%' ESCAPE '\\'`,
    `SELECT unbalanced((a, 'open`,
    `SELEC whatever ] ) this is`,
    '',
  ])('%s', (sql) => {
    expect(toDuckdbSql(sql)).toBe(sql);
  });

  test('printing the tokens of any text gives it back', () => {
    assert(
      property(oneof(string(), stringMatching(/^[a-z '"/*()\n;,.-]*$/)), (sql) => {
        const { tokens, after } = tokenize(sql);
        expect(print(tokens) + after).toBe(sql);
      }),
    );
  });

  test('a string literal survives wherever it stands', () => {
    const around = constantFrom(
      (text: string) => `if(${text} = a, ${text})`,
      (text: string) => `CAST(${text} AS JSON)`,
      (text: string) => `date_parse(x, ${text})`,
      (text: string) => `any_match(a, x -> x = ${text})`,
      (text: string) => `CAST(json_extract(j, ${text}) AS ARRAY(VARCHAR))`,
      (text: string) => `x CROSS JOIN UNNEST(split(y, ${text})) AS t(a, b, c)`,
    );
    assert(
      property(string(), around, (text, expression) => {
        const literal = `'${text.replaceAll("'", "''")}'`;
        expect(toDuckdbSql(`SELECT ${expression(literal)} FROM db.cloudtrail_logs`)).toContain(literal);
      }),
    );
  });
});
