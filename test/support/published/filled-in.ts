import type { Source } from './sources.ts';

/**
 * All that is ever changed in a published query: the table's name, and the values that its own text tells the reader to put in where
 * it would be no query without them, or could find nothing. Everything else runs as it stands, typing mistakes too.
 */
export function filledIn(text: string, { called }: Pick<Source, 'called'>, table: string): string {
  const named = text.replaceAll(called, table);
  return VALUES.reduce((sql, [gap, value]) => sql.replaceAll(gap, value), named);
}

/** Gaps in the order in which they are filled. */
const VALUES: readonly (readonly [gap: RegExp, value: string])[] = [
  [/(?<=>= ')\$\{date_filter\}/g, '2000-01-01 00:00:00'],
  [/(?<=<= ')\$\{date_filter\}/g, '2100-01-01 00:00:00'],
  [/\$EVENT_ID\b/g, `'00000000-0000-0000-0000-000000000000'`],
  [/(?<=')(?:COMPROMISE_)?START(?:_TIME)?(?=')/g, '2000-01-01T00:00:00Z'],
  [/(?<=')COMPROMISE_START(?:_TIME)?(?=')/g, '2000-01-01T00:00:00Z'],
  [/(?<=')END_TIME(?=')/g, '2100-01-01T00:00:00Z'],
];
