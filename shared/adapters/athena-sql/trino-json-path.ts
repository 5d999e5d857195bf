/**
 * `json_query(text, 'lax $.a."b c"[*]' WITH ARRAY WRAPPER)`: the clause is no syntax of DuckDB's, and its paths don't look into lists, as
 * Trino's lax mode does (Trino documentation, "JSON path modes"). Each step is a macro of its own.
 */
import { compose, isWord, splitAtCommas, type SqlPart, type Token } from '../../core/sql-tokens.ts';

const STEP = /\.([A-Za-z_]\w*)|\."([^"\\]*)"|(\[\*\])/y;

/** The call in DuckDB's form from what is inside its parentheses; undefined if the macro `json_query` does it, or nothing. */
export function rewriteJsonQuery(inside: readonly Token[]): readonly SqlPart[] | undefined {
  const [input, path, ...others] = splitAtCommas(inside);
  const [literal, ...clause] = path ?? [];
  if (input === undefined || literal?.kind !== 'string' || others.length > 0 || !wrapsAll(clause))
    return undefined;
  const steps = stepsOf(literal.text.slice(1, -1).replaceAll("''", "'"));
  if (steps === undefined) return undefined;
  const opened = steps
    .toReversed()
    .map(({ name }) => (name === undefined ? 'trino_json_elements(' : 'trino_json_members('));
  const closed = steps.map(({ name }) =>
    name === undefined ? ')' : `, '$."${name.replaceAll("'", "''")}"')`,
  );
  return ['trino_json_wrapped(', ...opened, 'trino_json_root(', compose('', input), ')', ...closed, ')'];
}

/** `WITH [UNCONDITIONAL] [ARRAY] WRAPPER`, and nothing after it. */
function wrapsAll(clause: readonly Token[]): boolean {
  const words = clause.filter((token) => !isWord(token, 'unconditional', 'array'));
  return words.length === 2 && isWord(words[0], 'with') && isWord(words[1], 'wrapper');
}

/** The steps of a path in lax mode: a name, or all elements; undefined for others. */
function stepsOf(path: string): { readonly name: string | undefined }[] | undefined {
  const start = /^lax\s+\$/.exec(path)?.[0];
  if (start === undefined) return undefined;
  const steps: { name: string | undefined }[] = [];
  for (let at = start.length; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const step = STEP.exec(path);
    if (step === null) return undefined;
    steps.push({ name: step[1] ?? step[2] });
  }
  return steps;
}
