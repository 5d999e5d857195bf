/** Why a query doesn't run as it is published. The same reasons hold for DuckDB and for Trino, which word them differently. */
export const REASONS = {
  'json-field':
    "takes a field of a column of JSON text (`requestparameters.roleArn`); the column is text in the guide’s table too, where Athena refuses it. `json_extract_scalar(requestparameters, '$.roleArn')` is meant",
  'other-log': 'asks for another log (VPC flow logs, S3 access logs, AWS Config)',
  typing: 'a typing mistake in the text: no SQL, on no engine',
  'not-grouped': 'selects columns that it doesn’t group by, which neither Trino nor DuckDB allows',
  gap: 'a pattern to be written over: `map` stands for a column of the reader’s',
  'alias-in-having': '`HAVING` with a name that `SELECT` gives: DuckDB knows it there, Trino doesn’t',
  'row-of-unnest':
    'gives `UNNEST` of an array of rows one name, as Athena has it; Trino itself wants one for each field of the row',
  'time-both-ways':
    'compares `eventTime` with text and takes it for a time too, which Lake allows and Trino doesn’t: neither `cloudtrail_lake` nor `cloudtrail_lake_text` will do',
} as const;

export type Reason = keyof typeof REASONS;

/** The view or table over which the query runs, or why it doesn't. */
export type Verdict = { readonly runsOver: string } | { readonly reason: Reason };

/** How each engine's message begins that gives a reason. */
const SAID: readonly (readonly [said: RegExp, reason: Reason])[] = [
  [/Cannot extract field '\w+' from expression/, 'json-field'],
  [/Expression [\w.]+ is not of type ROW/, 'json-field'],
  [/Table with name (?!cloudtrail)\w+ does not exist/, 'other-log'],
  [/Table '[\w.]*\.(?!published)\w+' does not exist|Schema 'default' does not exist/, 'other-log'],
  [/syntax error at or near "default"/, 'other-log'],
  [/syntax error at or near|mismatched input/, 'typing'],
  [/must appear in the GROUP BY clause|must be an aggregate expression or appear in GROUP BY/, 'not-grouped'],
  [/\w+ "edsA" does not have a column|Column 'edsa\.map' cannot be resolved/, 'gap'],
  [/Column 'call_count' cannot be resolved/, 'alias-in-having'],
  [/Unexpected parameters \(varchar\) for function (?:day_of_week|date)\b/, 'time-both-ways'],
  [/Column alias list has 1 entries but '\w+' has \d+ columns available/, 'row-of-unnest'],
];

/** Of an engine's message; a message that none of the reasons explains is an error of ours. */
export function reasonOf(message: string): Reason {
  const found = SAID.find(([said]) => said.test(message));
  if (found === undefined) throw new Error(`A published query is refused for no known reason: ${message}`);
  return found[1];
}
