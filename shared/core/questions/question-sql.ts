import { isPunctuation, tokenize, type Token } from '../sql-tokens.ts';

/** SQL with holes in it. There is one text more than there are places. */
export interface QuestionSql {
  readonly texts: readonly string[];
  /** The parameter of each hole, in the order in which the SQL uses them. */
  readonly places: readonly string[];
}

type Refuse = (line: number, problem: string) => never;

/**
 * Finds the `:name` of a question's SQL; in literals, quoted names and comments there are none. `refuse` is told the line, from 1, and must throw:
 * for an unknown name, and for whatever Athena or its console doesn't take.
 */
export function placesOf(sql: string, names: readonly string[], refuse: Refuse): QuestionSql {
  const { tokens, after } = tokenize(sql);
  const texts: string[] = [];
  const places: string[] = [];
  const clauses = new Clauses();
  let [text, line] = ['', 1];
  for (const [index, token] of tokens.entries()) {
    line += linesIn(token.before);
    refuseMark(token, line, refuse);
    const name = nameAt(tokens, index);
    if (name === undefined) {
      clauses.see(token);
      if (!isPartOfPlace(tokens, index)) text += token.before + token.text;
    } else {
      if (!names.includes(name))
        refuse(line, `:${name} is no parameter of this question; give it a line "-- param: ${name} …"`);
      if (clauses.now !== 'where')
        refuse(line, `:${name} stands outside WHERE, where Athena takes no parameters`);
      texts.push(text + token.before);
      places.push(name);
      text = '';
    }
    line += linesIn(token.text);
  }
  if (/[;?]/.test(after) || tokens.length === 0)
    refuse(line, 'a question is one SELECT, without a semicolon');
  return { texts: [...texts, text + after], places };
}

/** The SQL with `place` of each parameter's name in its holes. */
export function printSql({ texts, places }: QuestionSql, place: (name: string) => string): string {
  return texts
    .map((text, index) => text + (index < places.length ? place(places[index] ?? '') : ''))
    .join('');
}

/** The word behind a colon: `:name`. */
function nameAt(tokens: readonly Token[], index: number): string | undefined {
  const next = tokens[index + 1];
  const isName = isPunctuation(tokens[index], ':') && next?.kind === 'word' && next.before === '';
  return isName ? next.text : undefined;
}

function isPartOfPlace(tokens: readonly Token[], index: number): boolean {
  return index > 0 && nameAt(tokens, index - 1) !== undefined;
}

/** Athena's console counts question marks, wherever they stand. */
function refuseMark(token: Token, line: number, refuse: Refuse): void {
  if (`${token.before}${token.text}`.includes('?'))
    refuse(line, 'a question mark would pass for a parameter; parameters are :name');
  if (isPunctuation(token, ';')) refuse(line, 'a question is one SELECT, without a semicolon');
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}

/** Which clause of its SELECT a token stands in; parentheses that hold no SELECT belong to the clause around them. */
class Clauses {
  readonly #open: string[] = ['none'];

  get now(): string {
    return this.#open.at(-1) ?? 'none';
  }

  see(token: Token): void {
    if (isPunctuation(token, '(')) this.#open.push(this.now);
    else if (isPunctuation(token, ')') && this.#open.length > 1) this.#open.pop();
    else if (token.kind === 'word' && STARTS.has(token.text.toLowerCase()))
      this.#open[this.#open.length - 1] = token.text.toLowerCase();
  }
}

/** Words that start another clause. Function names like `filter` don't: their parentheses are on their own. */
const STARTS = new Set(
  'with select from on where group having order limit offset union intersect except window fetch'.split(' '),
);
