/**
 * SQL text as tokens, enough to rewrite around what must not be touched: string literals, quoted identifiers and
 * comments each are one token or part of one, and printing the tokens gives back the text, byte for byte.
 */

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Whitespace and comments before the token. */
  readonly before: string;
}

const TRIVIA = /(?:\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))*/y;

/** Tried in order; an unclosed string or identifier runs to the end, and is DuckDB's to complain about. */
const KINDS: readonly (readonly [TokenKind, RegExp])[] = [
  ['string', /(?:[Uu]&|[Xx])?'(?:[^']|'')*(?:'|$)/y],
  ['quoted', /"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$@]*/uy],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['punctuation', /->>|->|=>|<>|!=|<=|>=|\|\||::|:=|[\s\S]/y],
];

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** The tokens of `sql`, and the trivia after the last one. Any text is accepted. */
export function tokenize(sql: string): { tokens: Token[]; after: string } {
  const tokens: Token[] = [];
  for (let at = 0; ;) {
    const before = match(TRIVIA, sql, at) ?? '';
    at += before.length;
    if (at >= sql.length) return { tokens, after: before };
    for (const [kind, pattern] of KINDS) {
      const text = match(pattern, sql, at);
      if (text === undefined) continue;
      tokens.push({ kind, text, before });
      at += text.length;
      break;
    }
  }
}

export function print(tokens: readonly Token[]): string {
  return tokens.map((token) => token.before + token.text).join('');
}

/** Whether the token is this keyword or name (given in lower case), unquoted. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase());
}

export function isPunctuation(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === 'punctuation' && texts.includes(token.text);
}

/** The index of the `)` that closes the `(` at `open`; -1 if there is none. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (isPunctuation(tokens[index], '(', '[')) depth++;
    else if (isPunctuation(tokens[index], ')', ']') && --depth === 0) return index;
  }
  return -1;
}

/** The index of the first token outside all brackets for which `test` holds; -1 if there is none. */
export function indexAtTop(tokens: readonly Token[], test: (token: Token) => boolean, from = 0): number {
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (test(token)) return index;
    if (!isPunctuation(token, '(', '[')) continue;
    index = closing(tokens, index);
    if (index < 0) break;
  }
  return -1;
}

/** The parts between top-level commas; none if there are no tokens. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [];
  let from = 0;
  while (from < tokens.length) {
    const comma = indexAtTop(tokens, (token) => isPunctuation(token, ','), from);
    const end = comma < 0 ? tokens.length : comma;
    parts.push(tokens.slice(from, end));
    from = end + 1;
  }
  return parts;
}

/** SQL written here, or tokens of the query. */
export type SqlPart = string | readonly Token[];

/** One run of tokens out of parts; `before` is what stood before the first. */
export function compose(before: string, ...parts: readonly SqlPart[]): Token[] {
  return precededBy(
    before,
    parts.flatMap((part) => (typeof part === 'string' ? tokenize(part).tokens : part)),
  );
}

/** The tokens with `before` in front of the first: what keeps a keyword and a name apart. */
export function precededBy(before: string, tokens: readonly Token[]): Token[] {
  const [first, ...others] = tokens;
  return first ? [{ ...first, before }, ...others] : [];
}
