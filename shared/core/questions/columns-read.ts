import { COLUMNS } from '../columns.ts';
import { isPunctuation, tokenize, type Token } from '../sql-tokens.ts';

/**
 * The columns that a query names, a field of a structure as `useridentity.arn`, each once: what a reader of Parquet must fetch, for it fetches no
 * column that isn't named. Partition columns aren't in the files. An alias that is called like a column counts as that column.
 */
export function columnsRead(sql: string): readonly string[] {
  const { tokens } = tokenize(sql);
  return [...new Set(tokens.flatMap((token, index) => columnAt(tokens, index, token)))].sort();
}

const STRUCTURED = new Map(
  COLUMNS.map(({ name, type }) => [name, typeof type === 'object' && 'struct' in type]),
);

function columnAt(tokens: readonly Token[], index: number, token: Token): string[] {
  const name = token.text.toLowerCase();
  const isStructure = STRUCTURED.get(name);
  if (token.kind !== 'word' || isStructure === undefined || isPunctuation(tokens[index - 1], '.')) return [];
  return [isStructure ? [name, ...fieldsAfter(tokens, index)].join('.') : name];
}

function fieldsAfter(tokens: readonly Token[], index: number): string[] {
  const fields: string[] = [];
  for (let at = index + 1; isPunctuation(tokens[at], '.'); at += 2)
    fields.push(tokens[at + 1]?.text.toLowerCase() ?? '');
  return fields;
}
