import { holdLimit, SigmaError } from './sigma-error.ts';

/** A condition of a detection, with `1 of x*` and `all of them` spelled out. */
export type SigmaCondition =
  | { readonly op: 'and' | 'or'; readonly of: readonly SigmaCondition[] }
  | { readonly op: 'not'; readonly of: SigmaCondition }
  | { readonly op: 'selection'; readonly name: string };

/**
 * Reads a condition (Sigma rules specification 2.0.0, "Condition"): `not` binds closer than `and`, `and` closer than `or`. `names` are the
 * search identifiers there are. Throws `SigmaError`.
 */
export function parseSigmaCondition(text: string, names: readonly string[], where: string): SigmaCondition {
  holdLimit('conditionLength', text.length, where);
  if (text.includes('|'))
    throw new SigmaError(
      where,
      'aggregations such as "| count() > 5" were taken out of Sigma; leave the pipe and what follows out, and give the rule a threshold',
    );
  return new ConditionParser(tokensOf(text, where), names, where).parse();
}

/** A word is a name, a pattern of names, or one of the words that mean something. */
const TOKEN = /\s*(?:([()])|([\w*-]+))/y;

function tokensOf(text: string, where: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new SigmaError(
        where,
        `no word, bracket or name can begin with ${quoted(text.slice(at).trimStart(), 10)}`,
      );
    tokens.push(match[1] ?? match[2] ?? '');
  }
  return tokens;
}

class ConditionParser {
  readonly #tokens: readonly string[];
  readonly #names: readonly string[];
  readonly #where: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[], names: readonly string[], where: string) {
    this.#tokens = tokens;
    this.#names = names;
    this.#where = where;
  }

  parse(): SigmaCondition {
    const condition = this.#joined('or', () => this.#joined('and', () => this.#operand()));
    if (this.#at < this.#tokens.length) throw this.#unexpected('and, or, or the end');
    return condition;
  }

  #joined(op: 'and' | 'or', next: () => SigmaCondition): SigmaCondition {
    const of = [next()];
    while (this.#accept(op)) of.push(next());
    return combined(op, of);
  }

  #operand(): SigmaCondition {
    if (this.#accept('not')) return this.#nested(() => ({ op: 'not', of: this.#operand() }));
    if (this.#accept('(')) return this.#nested(() => this.#bracket());
    if (this.#tokens[this.#at + 1]?.toLowerCase() === 'of') return this.#quantified();
    const name = this.#tokens[this.#at];
    if (name === undefined || WORDS.has(name.toLowerCase())) throw this.#unexpected('a search identifier');
    this.#at += 1;
    if (!this.#names.includes(name))
      throw new SigmaError(this.#where, `there is no ${name}, ${this.#known()}`);
    return { op: 'selection', name };
  }

  #bracket(): SigmaCondition {
    const inner = this.#joined('or', () => this.#joined('and', () => this.#operand()));
    if (!this.#accept(')')) throw this.#unexpected('a closing bracket');
    return inner;
  }

  /** `1 of selection_*`, `any of them`, `all of filter_*`. */
  #quantified(): SigmaCondition {
    const [quantifier = '', , pattern] = this.#tokens.slice(this.#at, this.#at + 3);
    const op = QUANTIFIERS.get(quantifier.toLowerCase());
    if (op === undefined)
      throw new SigmaError(this.#where, `"${quantifier} of" has no meaning: Sigma knows "1 of" and "all of"`);
    if (pattern === undefined || pattern === '(' || pattern === ')') {
      this.#at += 2;
      throw this.#unexpected('them, or names such as selection_*');
    }
    this.#at += 3;
    // A name that begins with _ is meant only where the pattern does, too.
    const isOpen = (name: string): boolean => pattern.startsWith('_') || !name.startsWith('_');
    const names = this.#names.filter((name) => isOpen(name) && isNamed(name, pattern));
    if (names.length === 0) throw new SigmaError(this.#where, `no name is like ${pattern}, ${this.#known()}`);
    return combined(
      op,
      names.map((name) => ({ op: 'selection', name })),
    );
  }

  #nested(inner: () => SigmaCondition): SigmaCondition {
    this.#depth += 1;
    holdLimit('conditionDepth', this.#depth, this.#where);
    const condition = inner();
    this.#depth -= 1;
    return condition;
  }

  #accept(word: string): boolean {
    const isNext = this.#tokens[this.#at]?.toLowerCase() === word;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #unexpected(expected: string): SigmaError {
    const token = this.#tokens[this.#at];
    const before = this.#tokens.slice(0, this.#at).join(' ');
    const found = token === undefined ? 'the end' : quoted(token, 40);
    return new SigmaError(
      this.#where,
      `${found} stands after ${quoted(before.slice(-40), 40)} instead of ${expected}`,
    );
  }

  #known(): string {
    return this.#names.length === 0 ? 'there is none at all' : `but ${quoted(this.#names.join(', '), 200)}`;
  }
}

const WORDS = new Set(['and', 'or', 'not', 'of', 'them', ')']);

const QUANTIFIERS = new Map<string, 'and' | 'or'>([
  ['1', 'or'],
  ['any', 'or'],
  ['all', 'and'],
]);

function combined(op: 'and' | 'or', of: readonly SigmaCondition[]): SigmaCondition {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { op, of };
}

function isNamed(name: string, pattern: string): boolean {
  if (pattern.toLowerCase() === 'them') return true;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}

function quoted(text: string, length: number): string {
  return `"${text.length > length ? `${text.slice(0, length)}…` : text}"`;
}
