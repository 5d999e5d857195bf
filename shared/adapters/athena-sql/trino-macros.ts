/**
 * Trino's functions, as Athena's users write them, for DuckDB.
 *
 * A temporary macro shadows a built-in of the same name, so where a name means something else in DuckDB (`date_add`,
 * `regexp_replace`, `md5`, `split_part`, …) Trino's meaning wins; `system.main.` reaches the built-in underneath.
 * Names that mean the same in both (`max_by`, `strpos`, `map_keys`, `bool_or`, …) are not listed. What a macro can't
 * express (lambdas, aggregates that take FILTER or DISTINCT, constant formats) is rewritten by `toDuckdbSql`.
 *
 * Overloads by parameter type keep Trino's result types: `date_add` of a date is a date.
 */

/** Malformed JSON text gives NULL, as in Trino. TRY must be innermost: DuckDB's optimizer lifts what is inside it. */
const JSON_MACROS = [
  // Trino keeps a null in an array of JSON as JSON; DuckDB's cast makes it NULL.
  `trino_json_array(j) AS list_transform(CAST(j AS JSON[]), lambda trino_item: coalesce(trino_item, CAST('null' AS JSON)))`,
  // Trino writes $['a b'] and $["a b"], DuckDB $."a b"; lax and strict are the modes of SQL/JSON paths.
  String.raw`trino_json_path(p) AS CASE WHEN p LIKE '$%' THEN '' ELSE '$.' END ||
    system.main.regexp_replace(p, '\[[''"]([^''"\]]*)[''"]\]', '."\1"', 'g')`,
  // A path with a wildcard gives a list in DuckDB; to_json makes a JSON array of it and leaves JSON as it is.
  `json_extract(j, p) AS TRY(to_json(system.main.json_extract(j, trino_json_path(p))))`,
  `trino_json_scalar(j) AS CASE WHEN left(CAST(j AS VARCHAR), 1) IN ('{', '[') THEN NULL
    ELSE system.main.json_extract_string(j, '$') END`,
  `json_extract_scalar(j, p) AS trino_json_scalar(json_extract(j, p))`,
  `json_value(j, p) AS json_extract_scalar(j, system.main.regexp_replace(p, '^(lax|strict) +', ''))`,
  `json_query(j, p) AS CAST(json_extract(j, system.main.regexp_replace(p, '^(lax|strict) +', '')) AS VARCHAR)`,
  `json_exists(j, p) AS json_extract(j, system.main.regexp_replace(p, '^(lax|strict) +', '')) IS NOT NULL`,
  `json_parse(s) AS json(s)`,
  `json_format(j) AS CAST(json(j) AS VARCHAR)`,
  `trino_json_type(j) AS TRY(system.main.json_type(j))`,
  `json_array_length(j) AS CASE WHEN trino_json_type(j) = 'ARRAY' THEN TRY(system.main.json_array_length(j)) END`,
  `json_array_contains(j, v) AS CASE WHEN trino_json_type(j) = 'ARRAY'
    THEN list_contains(TRY(CAST(CAST(j AS JSON) AS JSON[])), to_json(v)) END`,
  `json_array_get(j, i) AS CASE WHEN trino_json_type(j) = 'ARRAY'
    THEN TRY(CAST(CAST(j AS JSON) AS JSON[]))[CASE WHEN i < 0 THEN i ELSE i + 1 END] END`,
  `trino_json_size(j) AS CASE trino_json_type(j)
    WHEN 'ARRAY' THEN CAST(TRY(system.main.json_array_length(j)) AS BIGINT)
    WHEN 'OBJECT' THEN len(TRY(json_keys(j)))
    ELSE CASE WHEN j IS NULL THEN NULL ELSE 0 END END`,
  `json_size(j, p) AS trino_json_size(json_extract(j, p))`,
  // The steps of a path of json_query (see trino-json-path.ts), each from a list of JSON to a list of JSON.
  `trino_json_root(j) AS CASE WHEN json_valid(CAST(j AS VARCHAR)) THEN [CAST(CAST(j AS VARCHAR) AS JSON)] END`,
  `trino_json_elements(items) AS flatten(list_transform(items, lambda trino_item:
    CASE WHEN system.main.json_type(trino_item) = 'ARRAY' THEN trino_json_array(trino_item) ELSE [trino_item] END))`,
  `trino_json_members(items, p) AS list_filter(
    list_transform(trino_json_elements(items), lambda trino_item: system.main.json_extract(trino_item, p)),
    lambda trino_member: trino_member IS NOT NULL)`,
  `trino_json_wrapped(items) AS CASE WHEN len(items) > 0 THEN CAST(to_json(items) AS VARCHAR) END`,
  `is_json_scalar(j) AS trino_json_type(j) NOT IN ('OBJECT', 'ARRAY')`,
];

/** RE2 has neither look-around nor back-references, which Trino's Java-style patterns allow: those fail, visibly. */
const REGEXP_MACROS = [
  `regexp_like(s, p) AS regexp_matches(s, p)`,
  // No match is NULL in Trino and '' in DuckDB.
  `regexp_extract(s, p) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p) END,
    (s, p, g) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p, g) END`,
  // Every match, not the first; groups are $1, not \1.
  String.raw`regexp_replace(s, p) AS system.main.regexp_replace(s, p, '', 'g'),
    (s, p, r) AS system.main.regexp_replace(s, p, system.main.regexp_replace(r, '\$(\d)', '\\\1', 'g'), 'g')`,
  `regexp_count(s, p) AS len(regexp_extract_all(s, p))`,
  `regexp_split(s, p) AS string_split_regex(s, p)`,
  `regexp_position(s, p) AS CASE WHEN regexp_matches(s, p)
    THEN strpos(s, system.main.regexp_extract(s, p)) WHEN s IS NOT NULL THEN -1 END`,
];

/** MySQL's format letters (date_format, date_parse) in strftime's; `%%` is set aside first. */
const MYSQL_LETTERS = [
  ['%%', '\u0001'],
  ['%M', '%B'],
  ['%i', '%M'],
  ['%s', '%S'],
  ['%T', '%H:%M:%S'],
  ['%r', '%I:%M:%S %p'],
  ['%h', '%I'],
  ['%W', '%A'],
  ['%x', '%G'],
  ['%v', '%V'],
  ['%c', '%-m'],
  ['%e', '%-d'],
  ['%k', '%-H'],
  ['%l', '%-I'],
  ['\u0001', '%%'],
] as const;

/** Joda's pattern letters (format_datetime, parse_datetime), longest first. */
const JODA_LETTERS = [
  ['MMMM+', '%B'],
  ['MMM', '%b'],
  ['MM', '%m'],
  ['M', '%-m'],
  ['yyy+', '%Y'],
  ['yy', '%y'],
  ['y', '%Y'],
  ['YYYY', '%Y'],
  ['dd', '%d'],
  ['d', '%-d'],
  ['DDD', '%j'],
  ['HH', '%H'],
  ['H', '%-H'],
  ['hh', '%I'],
  ['h', '%-I'],
  ['mm', '%M'],
  ['ss', '%S'],
  ['SSS', '%g'],
  ['SSSSSS', '%f'],
  ['EEEE+', '%A'],
  ['E{1,3}', '%a'],
  ['a', '%p'],
  ['Z{1,2}', '%z'],
] as const;

const mysqlFormat = MYSQL_LETTERS.reduce(
  (inner, [from, to]) => `system.main.replace(${inner}, '${from}', '${to}')`,
  'f',
);
const jodaLetters = JODA_LETTERS.map(([from, to]) => `WHEN regexp_full_match(t, '${from}') THEN '${to}'`);

/** Timestamps with a zone are shown in the session's: the mount sets it to UTC, which is Athena's. */
const TIME_MACROS = [
  `trino_mysql_format(f) AS ${mysqlFormat}`,
  // A token is a quoted literal (its closing quote may be missing at the end), a run of one letter, or a character.
  `trino_joda_format(f) AS array_to_string(list_transform(
    system.main.regexp_extract_all(f, '''[^'']*''?|y+|Y+|M+|d+|D+|H+|h+|m+|s+|S+|E+|a+|Z+|.'),
    lambda t: CASE WHEN t = '''''' THEN '''' WHEN t LIKE '''%' THEN system.main.replace(t, '''', '')
      ${jodaLetters.join(' ')} ELSE t END), '')`,
  `date_format(t, f) AS strftime(t, trino_mysql_format(f))`,
  `format_datetime(t, f) AS strftime(t, trino_joda_format(f))`,
  `from_iso8601_timestamp(s) AS CAST(s AS TIMESTAMPTZ)`,
  `from_iso8601_timestamp_nanos(s) AS CAST(s AS TIMESTAMPTZ)`,
  `from_iso8601_date(s) AS CAST(s AS DATE)`,
  `to_iso8601(d DATE) AS strftime(d, '%Y-%m-%d'),
    (t TIMESTAMP) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%g'),
    (t TIMESTAMPTZ) AS strftime(timezone('UTC', t), '%Y-%m-%dT%H:%M:%S.%gZ')`,
  `from_unixtime(n) AS to_timestamp(n), (n, z) AS timezone(z, to_timestamp(n))`,
  `to_unixtime(t) AS epoch(t)`,
  `trino_interval(u, n) AS CASE lower(u)
    WHEN 'millisecond' THEN to_milliseconds(CAST(n AS BIGINT)) WHEN 'second' THEN to_seconds(CAST(n AS BIGINT))
    WHEN 'minute' THEN to_minutes(CAST(n AS BIGINT)) WHEN 'hour' THEN to_hours(CAST(n AS BIGINT))
    WHEN 'day' THEN to_days(CAST(n AS INTEGER)) WHEN 'week' THEN to_days(CAST(7 * n AS INTEGER))
    WHEN 'month' THEN to_months(CAST(n AS INTEGER)) WHEN 'quarter' THEN to_months(CAST(3 * n AS INTEGER))
    WHEN 'year' THEN to_months(CAST(12 * n AS INTEGER))
    ELSE error('''' || u || ''' is not a valid field of date_add') END`,
  `date_add(u VARCHAR, n BIGINT, d DATE) AS CAST(d + trino_interval(u, n) AS DATE),
    (u VARCHAR, n BIGINT, t TIMESTAMP) AS t + trino_interval(u, n),
    (u VARCHAR, n BIGINT, t TIMESTAMPTZ) AS t + trino_interval(u, n)`,
  // Whole units that have passed; DuckDB's date_diff counts the boundaries crossed.
  `date_diff(u, a, b) AS date_sub(u, a, b)`,
  `date_trunc(u VARCHAR, d DATE) AS CAST(system.main.date_trunc(u, d) AS DATE),
    (u VARCHAR, t TIMESTAMP) AS system.main.date_trunc(u, t),
    (u VARCHAR, t TIMESTAMPTZ) AS system.main.date_trunc(u, t)`,
  `day_of_week(t) AS isodow(t)`,
  `dow(t) AS isodow(t)`,
  `day_of_month(t) AS day(t)`,
  `day_of_year(t) AS dayofyear(t)`,
  `doy(t) AS dayofyear(t)`,
  `week_of_year(t) AS week(t)`,
  `year_of_week(t) AS isoyear(t)`,
  `yow(t) AS isoyear(t)`,
  `millisecond(t) AS system.main.millisecond(t) % 1000`,
  `last_day_of_month(t) AS last_day(t)`,
  // DuckDB has no zoned value: the result is the wall-clock time there, which prints and compares the same.
  `at_timezone(t, z) AS timezone(z, t)`,
  `with_timezone(t, z) AS timezone(z, t)`,
  `current_timezone() AS current_setting('TimeZone')`,
];

/** An address is its bits as text, 32 or 128; what is none is NULL. IPv4 within IPv6 is IPv4, as in Java. */
const ADDRESS_MACROS = [
  `trino_bits(n, size) AS lpad(bin(CAST(n AS INTEGER)), size, '0')`,
  String.raw`trino_ipv4(s) AS CASE WHEN regexp_full_match(s, '(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}') AND s NOT LIKE '%.'
    THEN array_to_string(list_transform(string_split(s, '.'), lambda trino_part: trino_bits(trino_part, 8)), '') END`,
  `trino_ip_groups(s) AS CASE WHEN s = '' THEN [] ELSE string_split(s, ':') END`,
  `trino_ip_filled(a, b) AS list_concat(a, list_transform(range(8 - len(a) - len(b)), lambda trino_part: '0'), b)`,
  `trino_ip_expanded(s) AS CASE
    WHEN NOT contains(s, '::') THEN string_split(s, ':')
    WHEN len(string_split(s, '::')) = 2
    THEN trino_ip_filled(trino_ip_groups(string_split(s, '::')[1]), trino_ip_groups(string_split(s, '::')[2])) END`,
  `trino_ip_bits(groups) AS CASE WHEN len(groups) = 8
    AND len(list_filter(groups, lambda trino_part: NOT regexp_full_match(trino_part, '[0-9a-fA-F]{1,4}'))) = 0
    THEN array_to_string(list_transform(groups, lambda trino_part: trino_bits('0x' || trino_part, 16)), '') END`,
  `trino_ipv6(s) AS CASE WHEN regexp_full_match(s, '[0-9a-fA-F:]*:[0-9a-fA-F:]*') THEN trino_ip_bits(trino_ip_expanded(s)) END`,
  `trino_ip_unmapped(bits) AS CASE WHEN starts_with(bits, '${'0'.repeat(80)}${'1'.repeat(16)}') THEN right(bits, 32) ELSE bits END`,
  // A macro's argument is pasted wherever it is named, and a lambda's is computed once.
  `trino_ip(s) AS list_transform([s], lambda trino_text: coalesce(trino_ipv4(trino_text), trino_ip_unmapped(trino_ipv6(trino_text))))[1]`,
  // Without an address Trino doesn't look at the network. Behind its own bits an IPv4 network has zeros; of an IPv6 network Trino doesn't care.
  `trino_bits_contain(n) AS CASE
    WHEN n.address IS NULL THEN NULL
    WHEN n.size IS NULL THEN error('Invalid CIDR')
    WHEN n.base IS NULL THEN error('Invalid network IP address')
    WHEN n.size < 0 THEN error('Invalid prefix length')
    WHEN n.size > length(n.base) THEN error('Prefix length exceeds address length')
    WHEN length(n.base) = 32 AND contains(substr(n.base, n.size + 1), '1') THEN error('Invalid CIDR')
    ELSE length(n.address) = length(n.base) AND starts_with(n.address, left(n.base, n.size)) END`,
  `trino_network_contains(network, address) AS list_transform(
    [struct_pack(
      base := trino_ip(string_split(network, '/')[1]),
      size := TRY_CAST(nullif(string_split(network, '/')[2], '') AS INTEGER),
      address := address)],
    lambda trino_network: trino_bits_contain(trino_network))[1]`,
];

const letters = (count: number) => Array.from({ length: count }, (_, index) => `a${index + 1}`);
const arities = (from: number, to: number, body: (names: string[]) => string) =>
  Array.from({ length: to - from + 1 }, (_, index) => letters(from + index))
    .map((names) => `(${names.join(', ')}) AS ${body(names)}`)
    .join(', ');
const anyNull = (names: string[]) => names.map((name) => `${name} IS NULL`).join(' OR ');

const STRING_MACROS = [
  // NULL in, NULL out; DuckDB's concat, greatest and least skip NULLs.
  `concat${arities(2, 12, (names) => names.join(' || '))}`,
  `greatest${arities(2, 6, (n) => `CASE WHEN ${anyNull(n)} THEN NULL ELSE system.main.greatest(${n.join(', ')}) END`)}`,
  `least${arities(2, 6, (n) => `CASE WHEN ${anyNull(n)} THEN NULL ELSE system.main.least(${n.join(', ')}) END`)}`,
  `replace(s, a) AS system.main.replace(s, a, ''), (s, a, b) AS system.main.replace(s, a, b)`,
  // Past the last part is NULL, not ''.
  `split_part(s, d, n) AS string_split(s, d)[n]`,
  `split_to_map(s, e, k) AS map_from_entries(list_transform(string_split(s, e),
    lambda x: struct_pack(key := string_split(x, k)[1], value := string_split(x, k)[2])))`,
  `codepoint(s) AS unicode(s)`,
  `levenshtein_distance(a, b) AS levenshtein(a, b)`,
  `hamming_distance(a, b) AS hamming(a, b)`,
  `normalize(s) AS nfc_normalize(s)`,
  `to_utf8(s) AS encode(s)`,
  `from_utf8(b) AS decode(b)`,
  // Binary, as in Trino: to_hex(md5(to_utf8(s))) is how hexadecimal text is had.
  `md5(b) AS unhex(system.main.md5(b))`,
  `sha1(b) AS unhex(system.main.sha1(b))`,
  `sha256(b) AS unhex(system.main.sha256(b))`,
  `url_extract_protocol(u) AS nullif(system.main.regexp_extract(u, '^([A-Za-z][A-Za-z0-9+.-]*):', 1), '')`,
  `url_extract_host(u) AS nullif(system.main.regexp_extract(u, '^[^:/?#]+://(?:[^/?#@]*@)?([^:/?#]+)', 1), '')`,
  `url_extract_port(u) AS TRY_CAST(system.main.regexp_extract(u, '^[^:/?#]+://[^/?#]*:([0-9]+)', 1) AS BIGINT)`,
  `url_extract_path(u) AS system.main.regexp_extract(u, '^[^:/?#]+://[^/?#]*([^?#]*)', 1)`,
  String.raw`url_extract_query(u) AS nullif(system.main.regexp_extract(u, '\?([^#]*)', 1), '')`,
  `url_extract_fragment(u) AS nullif(system.main.regexp_extract(u, '#(.*)$', 1), '')`,
  `url_extract_parameter(u, n) AS list_extract(list_transform(
    list_filter(string_split(url_extract_query(u), '&'), lambda x: string_split(x, '=')[1] = n),
    lambda x: url_decode(coalesce(string_split(x, '=')[2], ''))), 1)`,
];

const COLLECTION_MACROS = [
  // Out of range or missing is NULL for both arrays and maps; DuckDB's element_at of a map gives a list.
  `element_at(c, k) AS c[k]`,
  // No DuckDB function counts both arrays and maps; as JSON they are an array and an object.
  `cardinality(c) AS trino_json_size(to_json(c))`,
  `array_join(a, d) AS array_to_string(a, d),
    (a, d, n) AS array_to_string(list_transform(a, lambda x: coalesce(CAST(x AS VARCHAR), n)), d)`,
  `array_sort(a) AS list_sort(a, 'ASC', 'NULLS LAST')`,
  `array_position(a, x) AS CASE WHEN a IS NULL OR x IS NULL THEN NULL ELSE coalesce(list_position(a, x), 0) END`,
  `array_max(a) AS list_max(a)`,
  `array_min(a) AS list_min(a)`,
  `array_remove(a, x) AS list_filter(a, lambda e: e <> x)`,
  `array_union(a, b) AS list_distinct(list_concat(a, b))`,
  `array_except(a, b) AS list_distinct(list_filter(a, lambda e: NOT list_contains(b, e)))`,
  `arrays_overlap(a, b) AS list_has_any(a, b)`,
  `slice(a, s, n) AS CASE WHEN s < 0 THEN list_slice(a, len(a) + s + 1, len(a) + s + n) ELSE list_slice(a, s, s + n - 1) END`,
  `repeat(x, n) AS list_transform(range(n), lambda i: x)`,
  `sequence(a, b) AS generate_series(a, b), (a, b, s) AS generate_series(a, b, s)`,
  // Aggregates: these can't take FILTER or DISTINCT (approx_distinct and approx_percentile can; see trino-dialect).
  `map_agg(k, v) AS map(list(k), list(v))`,
  `set_agg(x) AS list(DISTINCT x)`,
  `every(x) AS bool_and(x)`,
  `geometric_mean(x) AS geomean(x)`,
];

const NUMBER_MACROS = [
  `truncate(x) AS trunc(x)`,
  `is_nan(x) AS isnan(x)`,
  `is_finite(x) AS isfinite(x)`,
  `is_infinite(x) AS isinf(x)`,
  `infinity() AS CAST('inf' AS DOUBLE)`,
  `nan() AS CAST('nan' AS DOUBLE)`,
  `rand() AS random()`,
  `bitwise_and(a, b) AS a & b`,
  `bitwise_or(a, b) AS a | b`,
  `bitwise_xor(a, b) AS xor(a, b)`,
  `bitwise_not(a) AS ~a`,
];

/** Each macro as `name(parameters) AS expression`, overloads after commas, in the order in which they must be created. */
export const TRINO_MACROS: readonly string[] = [
  ...REGEXP_MACROS,
  ...JSON_MACROS,
  ...TIME_MACROS,
  ...ADDRESS_MACROS,
  ...STRING_MACROS,
  ...COLLECTION_MACROS,
  ...NUMBER_MACROS,
];

/** Defines Trino's functions on one connection (temporary macros are the connection's own). */
export async function installTrinoMacros(run: (sql: string) => Promise<unknown>): Promise<void> {
  for (const definition of TRINO_MACROS) await run(`CREATE OR REPLACE TEMP MACRO ${definition}`);
}
