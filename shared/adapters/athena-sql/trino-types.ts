/** Trino's type names in DuckDB's: they differ only in how they nest. */
import {
  closing,
  compose,
  indexAtTop,
  isPunctuation,
  isWord,
  precededBy,
  splitAtCommas,
  type Token,
} from '../../core/sql-tokens.ts';

/** `CAST(operand AS type)` in its parts, from what is inside the parentheses; undefined without AS. */
export function splitCast(inside: readonly Token[]) {
  const at = indexAtTop(inside, (token) => isWord(token, 'as'));
  if (at < 0) return undefined;
  const [operand, as, type] = [inside.slice(0, at), inside.slice(at, at + 1), inside.slice(at + 1)];
  return { operand: isWord(type[0], 'varchar') ? scalarOf(operand) : operand, as, type };
}

/** `CAST(json_extract(…) AS VARCHAR)` is a JSON string's content in Trino, its quoted text in DuckDB. */
function scalarOf(operand: readonly Token[]): readonly Token[] {
  const [name, open] = operand;
  if (name === undefined || !isWord(name, 'json_extract') || !isPunctuation(open, '(')) return operand;
  const isWhole = closing(operand, 1) === operand.length - 1;
  return isWhole ? compose(name.before, 'json_extract_scalar', operand.slice(1)) : operand;
}

/** The type written by `tokens` (the part of a CAST after AS), in DuckDB's syntax. Other types stay as they are. */
export function duckdbTypeOf(tokens: readonly Token[]): readonly Token[] {
  const [name, open] = tokens;
  if (name === undefined || !isPunctuation(open, '(', '<') || !isPunctuation(tokens.at(-1), ')', '>'))
    return tokens;
  const inner = typeArguments(tokens.slice(2, -1));
  const { before } = name;
  if (isWord(name, 'array') && inner[0]) return compose(before, duckdbTypeOf(inner[0]), '[]');
  if (isWord(name, 'map')) return compose(before, 'MAP(', join(inner.map(duckdbTypeOf)), ')');
  if (isWord(name, 'row')) return compose(before, 'STRUCT(', join(inner.map(fieldOf)), ')');
  return tokens;
}

/** `array(json)`. */
export function isArrayOfJson([array, open, json, ...rest]: readonly Token[]): boolean {
  return isWord(array, 'array') && isPunctuation(open, '(', '<') && isWord(json, 'json') && rest.length === 1;
}

/** `ROW(a VARCHAR, BIGINT)`: a field's name may be missing; DuckDB's may not. */
function fieldOf(field: readonly Token[], index: number): readonly Token[] {
  const [name, type] = field;
  const named = name !== undefined && type !== undefined && (type.kind === 'word' || type.kind === 'quoted');
  if (!named || isWord(type, 'precision', 'with', 'without')) {
    return compose('', `field${index}`, ' ', precededBy(' ', duckdbTypeOf(field)));
  }
  return [name, ...precededBy(' ', duckdbTypeOf(field.slice(1)))];
}

const join = (parts: readonly (readonly Token[])[]) =>
  parts.flatMap((part, index) => (index === 0 ? part : [...compose('', ','), ...part]));

/** Commas between `<` and `>` nest too, for the older spelling `ARRAY<MAP<VARCHAR, JSON>>`. */
function typeArguments(tokens: readonly Token[]): Token[][] {
  const asParentheses = tokens.map((token) => {
    if (isPunctuation(token, '<')) return { ...token, text: '(' };
    return isPunctuation(token, '>') ? { ...token, text: ')' } : token;
  });
  return splitAtCommas(asParentheses);
}

/** Whether a CAST to this type makes an array of rows: UNNEST gives it one column a field. */
export function endsInArrayOfRows(expression: readonly Token[]): boolean {
  const as = expression.findLastIndex((token) => isWord(token, 'as'));
  const [array, open, row] = expression.slice(as + 1);
  return as > 0 && isWord(array, 'array') && isPunctuation(open, '(', '<') && isWord(row, 'row');
}
