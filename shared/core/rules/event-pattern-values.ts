import { parseAddress, parseCidr } from './cidr.ts';
import { parseWildcard } from './event-pattern-wildcard.ts';
import { PatternError } from './pattern-error.ts';
import type { ValueTest } from './predicate.ts';

/** Counts a value of the pattern, given its text, against the pattern's limits. */
type Count = (text: string) => void;
type Operator = (operand: unknown, where: string, count: Count) => ValueTest;

/** The list that a field's values must be among: values and operators. */
export function compileValues(values: readonly unknown[], where: string, count: Count): readonly ValueTest[] {
  if (values.length === 0) throw new PatternError(where, 'a list with at least one value is expected');
  return values.map((value, index) => compileValue(value, `${where}[${index}]`, count));
}

function compileValue(value: unknown, where: string, count: Count): ValueTest {
  count(typeof value === 'string' ? value : '');
  if (typeof value === 'string') return equalsOrAddress(value);
  if (typeof value === 'number') return equalsNumber(value, where);
  if (value === null || typeof value === 'boolean') return { test: 'equals', value };
  const [operator, operand] = onlyEntry(value, where, 'a text, number, true, false, null or one operator');
  return operatorOf(VALUE_OPERATORS, operator, where)(operand, `${where}.${operator}`, count);
}

/** A text that is an IP address stands for that address, however a record spells it. */
function equalsOrAddress(value: string): ValueTest {
  const address = parseAddress(value);
  if (address === undefined) return { test: 'equals', value };
  return { test: 'cidr', family: address.family, low: address.number, high: address.number, text: value };
}

function equalsNumber(value: unknown, where: string): ValueTest {
  const number = finite(value, where);
  return { test: 'number', low: number, high: number };
}

const VALUE_OPERATORS: Readonly<Record<string, Operator>> = {
  exactly: (operand, where) => ({ test: 'equals', value: text(operand, where) }),
  prefix: edge('prefix'),
  suffix: edge('suffix'),
  'equals-ignore-case': (operand, where) => ({
    test: 'equals',
    value: text(operand, where),
    ignoreCase: true,
  }),
  wildcard: (operand, where) => ({ test: 'wildcard', pattern: parseWildcard(text(operand, where), where) }),
  numeric,
  cidr: (operand, where) => {
    const written = text(operand, where);
    const range = parseCidr(written);
    if (typeof range === 'string') throw new PatternError(where, `expected is ${range}`);
    return { test: 'cidr', ...range, text: written };
  },
  exists: (operand, where) => {
    if (typeof operand !== 'boolean') throw new PatternError(where, 'true or false is expected');
    return { test: operand ? 'exists' : 'absent' };
  },
  'anything-but': anythingBut,
};

function edge(test: 'prefix' | 'suffix'): Operator {
  return (operand, where) => {
    if (typeof operand === 'string') return { test, value: operand };
    const [operator, value] = onlyEntry(operand, where, 'a text or {"equals-ignore-case": text}');
    if (operator !== 'equals-ignore-case') throw unknownOperator(operator, ['equals-ignore-case'], where);
    return { test, value: text(value, `${where}.${operator}`), ignoreCase: true };
  };
}

function numeric(operand: unknown, where: string): ValueTest {
  const expected =
    '["=", number], a comparison such as [">", number], or a range such as [">=", low, "<", high] is expected';
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw new PatternError(where, expected);
  const [sign, first, upper, second]: unknown[] = operand;
  const value = finite(first, `${where}[1]`);
  if (operand.length === 4) return range(sign, value, upper, finite(second, `${where}[3]`), where);
  const beyond = sign === '>' || sign === '>=' ? Number.MAX_VALUE : -Number.MAX_VALUE;
  if (sign !== '=' && value === beyond)
    throw new PatternError(where, 'a number that others are beyond is expected');
  switch (sign) {
    case '=':
      return { test: 'number', low: value, high: value };
    case '>':
    case '>=':
      return { test: 'number', low: value, ...(sign === '>' && { lowOpen: true }) };
    case '<':
    case '<=':
      return { test: 'number', high: value, ...(sign === '<' && { highOpen: true }) };
    default:
      throw new PatternError(`${where}[0]`, 'one of = > >= < <= is expected');
  }
}

function range(lower: unknown, low: number, upper: unknown, high: number, where: string): ValueTest {
  if (lower !== '>' && lower !== '>=') throw new PatternError(`${where}[0]`, 'a range starts with > or >=');
  if (upper !== '<' && upper !== '<=') throw new PatternError(`${where}[2]`, 'a range ends with < or <=');
  if (low >= high)
    throw new PatternError(where, `the bottom of a range is less than its top; ${low} and ${high} are not`);
  return {
    test: 'number',
    low,
    ...(lower === '>' && { lowOpen: true }),
    high,
    ...(upper === '<' && { highOpen: true }),
  };
}

function anythingBut(operand: unknown, where: string, count: Count): ValueTest {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [operator, value] = onlyEntry(operand, where, 'one operator');
    const compile = operatorOf(EXCLUDED, operator, where);
    return anyBut(value, `${where}.${operator}`, (one, place) => compile(one, place, count), count);
  }
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const kinds = new Set(list.map((one) => typeof one));
  if (kinds.size > 1) throw new PatternError(where, 'texts alone or numbers alone are expected, not both');
  if (kinds.has('number')) return anyBut(operand, where, equalsNumber, count);
  return anyBut(operand, where, (one, place) => ({ test: 'equals', value: text(one, place) }), count);
}

/** Of one value or a list. */
function anyBut(
  operand: unknown,
  where: string,
  compile: (one: unknown, where: string) => ValueTest,
  count: Count,
): ValueTest {
  if (!Array.isArray(operand)) {
    count(typeof operand === 'string' ? operand : '');
    return { test: 'anything-but', tests: [compile(operand, where)] };
  }
  if (operand.length === 0) throw new PatternError(where, 'a list with at least one value is expected');
  const tests = operand.map((one: unknown, index) => {
    count(typeof one === 'string' ? one : '');
    return compile(one, `${where}[${index}]`);
  });
  return { test: 'anything-but', tests };
}

/** Without a value that starts or ends with nothing: that excludes every text. */
const EXCLUDED: Readonly<Record<string, Operator>> = {
  prefix: (operand, where) => ({ test: 'prefix', value: nonEmpty(operand, where) }),
  suffix: (operand, where) => ({ test: 'suffix', value: nonEmpty(operand, where) }),
  'equals-ignore-case': (operand, where) => ({
    test: 'equals',
    value: text(operand, where),
    ignoreCase: true,
  }),
  wildcard: (operand, where) => ({ test: 'wildcard', pattern: parseWildcard(text(operand, where), where) }),
};

function operatorOf(operators: Readonly<Record<string, Operator>>, name: string, where: string): Operator {
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) throw unknownOperator(name, Object.keys(operators), where);
  return operator;
}

function unknownOperator(name: string, known: readonly string[], where: string): PatternError {
  return new PatternError(
    `${where}.${name}`,
    `no operator of event patterns here; known are ${known.join(', ')}`,
  );
}

function onlyEntry(value: unknown, where: string, expected: string): readonly [string, unknown] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PatternError(where, `${expected} is expected`);
  const entries: [string, unknown][] = Object.entries(value);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1)
    throw new PatternError(where, `${expected} is expected, not ${entries.length} at once`);
  return entry;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new PatternError(where, 'a text is expected');
  return value;
}

function nonEmpty(value: unknown, where: string): string {
  const given = text(value, where);
  if (given === '') throw new PatternError(where, 'a text that is not empty is expected');
  return given;
}

function finite(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new PatternError(where, 'a number is expected, of at most 1.7976931348623157e308');
  return value;
}
