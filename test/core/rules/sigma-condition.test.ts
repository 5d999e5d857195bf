import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSigmaCondition, type SigmaCondition } from '../../../shared/core/rules/sigma-condition.ts';
import { SIGMA_LIMITS, SigmaError } from '../../../shared/core/rules/sigma-error.ts';

const NAMES = [
  'selection',
  'selection_a',
  'selection_b',
  'filter_main_x',
  'filter_main_y',
  '_hidden',
  'or-else',
];

const parse = (text: string): SigmaCondition => parseSigmaCondition(text, NAMES, 'detection.condition');

function valueOf(condition: SigmaCondition, holding: ReadonlySet<string>): boolean {
  if (condition.op === 'selection') return holding.has(condition.name);
  if (condition.op === 'not') return !valueOf(condition.of, holding);
  const holds = (part: SigmaCondition): boolean => valueOf(part, holding);
  return condition.op === 'and' ? condition.of.every(holds) : condition.of.some(holds);
}

/** As it is written with brackets everywhere. */
function printed(condition: SigmaCondition): string {
  if (condition.op === 'selection') return condition.name;
  if (condition.op === 'not') return `!${printed(condition.of)}`;
  return `(${condition.of.map(printed).join(condition.op === 'and' ? ' & ' : ' | ')})`;
}

function outcome(parse: () => unknown): unknown {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof SigmaError)) return error;
  }
  return 'as it should be';
}

describe('parseSigmaCondition', () => {
  it.each([
    ['selection', 'selection'],
    ['  ( selection )\n', 'selection'],
    ['not selection', '!selection'],
    ['not not selection', '!!selection'],
    ['selection and not filter_main_x', '(selection & !filter_main_x)'],
    ['selection or selection_a and selection_b', '(selection | (selection_a & selection_b))'],
    ['selection and selection_a or selection_b', '((selection & selection_a) | selection_b)'],
    ['(selection or selection_a) and selection_b', '((selection | selection_a) & selection_b)'],
    ['not selection and selection_a', '(!selection & selection_a)'],
    ['not (selection and selection_a)', '!(selection & selection_a)'],
    ['selection AND NOT _hidden', '(selection & !_hidden)'],
    ['or-else or selection', '(or-else | selection)'],
    ['1 of selection_*', '(selection_a | selection_b)'],
    ['any of selection_*', '(selection_a | selection_b)'],
    ['all of selection*', '(selection & selection_a & selection_b)'],
    ['1 of *_main_x', 'filter_main_x'],
    ['1 of f*main*y', 'filter_main_y'],
    ['1 of selection', 'selection'],
    ['1 of _*', '_hidden'],
    ['all of them', '(selection & selection_a & selection_b & filter_main_x & filter_main_y & or-else)'],
    ['selection and not 1 of filter_main_*', '(selection & !(filter_main_x | filter_main_y))'],
    ['not all of filter_* or selection', '(!(filter_main_x & filter_main_y) | selection)'],
  ])('reads %j', (text, expected) => {
    expect(printed(parse(text))).toBe(expected);
  });

  it.each([
    ['', '"" instead of a search identifier'],
    ['selection and', '"selection and" instead of a search identifier'],
    ['and selection', '"and" stands after "" instead of a search identifier'],
    ['selection selection_a', '"selection_a" stands after "selection" instead of and, or, or the end'],
    ['selection not selection_a', 'instead of and, or, or the end'],
    ['(selection', 'the end stands after "( selection" instead of a closing bracket'],
    ['selection)', '")" stands after "selection" instead of and, or, or the end'],
    ['()', '")" stands after "(" instead of a search identifier'],
    ['not', 'instead of a search identifier'],
    ['selecton', 'there is no selecton, but "selection, '],
    ['selection_*', 'there is no selection_*'],
    ['constructor', 'there is no constructor'],
    ['2 of selection_*', '"2 of" has no meaning'],
    ['1 of', 'the end stands after "1 of" instead of them'],
    ['1 of (selection)', '"(" stands after "1 of" instead of them'],
    ['1 of nothing_*', 'no name is like nothing_*'],
    ['1 of *hidden', 'no name is like *hidden'],
    ['selection & selection_a', 'can begin with "& selectio…"'],
    ['selection | count() by eventName > 5', 'aggregations such as "| count() > 5" were taken out of Sigma'],
    ['selection | near selection_a', 'aggregations'],
  ])('refuses %j', (text, reason) => {
    expect(() => parse(text)).toThrow(SigmaError);
    expect(() => parse(text)).toThrow(`detection.condition: `);
    expect(() => parse(text)).toThrow(reason);
  });

  it('bears brackets and negations up to its limit, and names it beyond', () => {
    const { conditionDepth } = SIGMA_LIMITS;
    const nested = (depth: number): string => `${'('.repeat(depth)}selection${')'.repeat(depth)}`;
    expect(printed(parse(nested(conditionDepth)))).toBe('selection');
    expect(() => parse(nested(conditionDepth + 1))).toThrow('the limit conditionDepth of 32');
    expect(() => parse(`${'not '.repeat(900)}selection`)).toThrow('the limit conditionDepth of 32');
    expect(() => parse(' or selection'.repeat(400))).toThrow('the limit conditionLength of 4000');
  });

  it('says of generated conditions what their tree says, for every selection that holds or not', () => {
    fc.assert(
      fc.property(
        tree,
        fc.subarray(NAMES),
        fc.infiniteStream(fc.boolean()),
        (condition, holding, brackets) => {
          const text = written(condition, 0, brackets);
          const holds = new Set(holding);
          expect(valueOf(parse(text), holds), text).toBe(valueOf(condition, holds));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('either reads any text or refuses it with its own error', () => {
    const words = fc.constantFrom('(', ')', 'and', 'or', 'not', '1', 'all', 'of', 'them', '*', '|', ...NAMES);
    const text = fc.oneof(
      fc.array(words, { maxLength: 60 }).map((tokens) => tokens.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (text) => {
        expect(outcome(() => parse(text))).toBe('as it should be');
      }),
    );
  });
});

const { tree } = fc.letrec<{ tree: SigmaCondition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ op: fc.constant('selection' as const), name: fc.constantFrom(...NAMES) }),
    fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

/** With the brackets that precedence asks for, and at random others. */
function written(condition: SigmaCondition, binding: number, brackets: Iterator<boolean>): string {
  const [own, text] = unbracketed(condition, brackets);
  return own < binding || brackets.next().value === true ? `( ${text} )` : text;
}

function unbracketed(
  condition: SigmaCondition,
  brackets: Iterator<boolean>,
): [binding: number, text: string] {
  if (condition.op === 'selection') return [3, condition.name];
  if (condition.op === 'not') return [2, `not ${written(condition.of, 2, brackets)}`];
  const own = condition.op === 'and' ? 1 : 0;
  return [own, condition.of.map((part) => written(part, own, brackets)).join(` ${condition.op} `)];
}
