/** Lambdas over a map's keys and values, `(k, v) -> …`: DuckDB's go over its entries. */
import { isPunctuation, precededBy, tokenize, type SqlPart, type Token } from '../../core/sql-tokens.ts';

interface EntryLambda {
  readonly key: string;
  readonly value: string;
  /** What the lambda gives, in terms of the entry. */
  readonly body: readonly Token[];
}

const ENTRY = 'trino_entry';

/** The call that `build` makes of a lambda with two names; undefined if `lambda` is none. */
export function ofEntries(
  lambda: readonly Token[],
  build: (lambda: EntryLambda) => readonly SqlPart[],
): readonly SqlPart[] | undefined {
  const [open, k, comma, v, close, arrow, ...body] = lambda;
  const isLambda =
    isPunctuation(open, '(') &&
    isPunctuation(comma, ',') &&
    isPunctuation(close, ')') &&
    isPunctuation(arrow, '->');
  if (!isLambda || k === undefined || v === undefined) return undefined;
  const [key, value] = [` ${ENTRY}.key`, ` ${ENTRY}.value`];
  const names = new Map([
    [k.text.toLowerCase(), key],
    [v.text.toLowerCase(), value],
  ]);
  return build({ key, value, body: renamed(body, names) });
}

/** The tokens with other names in place of some; a field of the same name (`x.k`) and a call (`k(…)`) stay what they are. */
function renamed(tokens: readonly Token[], names: ReadonlyMap<string, string>): Token[] {
  return tokens.flatMap((token, at) => {
    const name = token.kind === 'word' ? names.get(token.text.toLowerCase()) : undefined;
    const isOther = isPunctuation(tokens[at - 1], '.') || isPunctuation(tokens[at + 1], '(');
    return name === undefined || isOther ? [token] : precededBy(token.before, tokenize(name).tokens);
  });
}
