import { Random } from '../../shared/core/sample/random.ts';

/**
 * Pairs of an event pattern and an event, to hold our matching against event-ruler's: records like CloudTrail's, and small events made of
 * what goes wrong. Most patterns are made from their event, with a step aside here and there, so that matches, near misses and invalid
 * patterns are all common. Long, for one idea: every kind of value and how patterns are made from it.
 */

/** What is never generated, and why: there, on purpose or for want of a way, ours and event-ruler's verdicts differ. */
export const EXCLUSIONS: readonly (readonly [what: string, why: string])[] = [
  [
    'numbers that no double holds exactly in its shortest decimals (12345678901234567890, 1e400, 5e-324)',
    'event-ruler compares them by their spelling alone; JSON.parse has rounded them before we see them',
  ],
  [
    'numbers of eight digits or more, where a pattern has an address, and IPv6 addresses that begin with the bits of an IPv4 address in the pattern',
    'a bug of event-ruler: it compares the hexadecimal digits of addresses, with no regard to their number: 10000000 is in 16.0.0.0/8',
  ],
  ['the ranges 0.0.0.0/0 and ::/0', 'the same bug: each has the addresses of the other family too'],
  [
    'a prefix that ends with a quotation mark, a suffix that begins with one',
    'a bug of event-ruler: it keeps texts with their quotation marks, so that the prefix `x"` matches the value `x`',
  ],
  [
    'equals-ignore-case of letters beyond U+FFFF, or whose two cases are not each other’s (ß, ſ, ς, the Kelvin sign)',
    'event-ruler reads the former as question marks, and the latter one way only: ς matches Σ, Σ does not match ς',
  ],
  [
    'two tests of texts beside a numeric comparison in one list',
    'a bug of event-ruler 2: digits of its numbers are bytes that texts have too, and at random, differing from one machine to the next, ["a", {"numeric": [">", -5, "<", 0]}, "c"] does not match "a"',
  ],
  ['halves of surrogate pairs', 'event-ruler turns them into question marks'],
  ['empty names of fields', 'event-ruler matches some of them, and never others; ours are errors'],
  [
    'one field under two names (`a.b` beside `b` in `a`), and a name twice in an object',
    'JSON.parse keeps the last',
  ],
  ['masks such as /08, /+8 and /8/', 'event-ruler takes them; to us they are mistakes'],
  [
    'fields named by whole numbers',
    'JSON.parse sorts them first, and with $or the last of two conditions on a field counts',
  ],
  [
    'comparisons with what is beyond the largest number, and, beside $or, {"anything-but": {"prefix": []}} and its kin',
    'event-ruler’s compiler takes them and its machine breaks on them, if no later condition on the field has replaced them; ours are errors',
  ],
  ['patterns over our limits', 'event-ruler has none; each has a test of its own'],
];

export interface PatternPair {
  /** JSON texts. */
  readonly pattern: string;
  readonly event: string;
}

/** The same for the same seed. */
export function* patternPairs(seed: string, count: number): Generator<PatternPair> {
  const random = new Random(seed);
  for (let made = 0; made < count;) {
    const kind = random.float();
    const event =
      kind < 0.35 ? cloudTrailRecord(random) : kind < 0.65 ? denseObject(random, 0) : smallObject(random, 0);
    const pattern = kind >= 0.35 && kind < 0.65 ? densePattern(random) : patternFor(random, event);
    const pair = { pattern: textOf(pattern), event: textOf(event) };
    if (isExcluded(pair)) continue;
    made += 1;
    yield pair;
  }
}

function isExcluded({ pattern, event }: PatternPair): boolean {
  if (pattern.includes('$or') && /"(?:prefix|suffix|equals-ignore-case|wildcard)":\[\]/.test(pattern))
    return true;
  return /"(?:cidr|[\d.]{7,15}|[\da-f:]*:[\da-f:]*)"/i.test(pattern) && /[[:,]-?\d{8}/.test(event);
}

// Values.

/** A number, spelled as it is to stand in the text. */
class Spelled {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | boolean | null | Spelled | readonly Value[] | Fields;
/** Without a prototype: a field may be called `__proto__`. */
interface Fields {
  [name: string]: Value;
}

function textOf(value: Value): string {
  if (value instanceof Spelled) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (!isFields(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, field]) => `${JSON.stringify(name)}:${textOf(field)}`)
    .join(',')}}`;
}

function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Spelled);
}

function fields(entries: Iterable<readonly [string, Value]> = []): Fields {
  const made = Object.create(null) as Fields;
  for (const [name, value] of entries) made[name] = value;
  return made;
}

const one = (name: string, value: Value): Fields => fields([[name, value]]);

// Events.

const TEXTS = [
  '',
  'a',
  'b',
  'A',
  'ab',
  'aab',
  'abab',
  'Abc',
  'abc',
  'ABC',
  'a*b',
  'a\\b',
  '*',
  '\\',
  'a b',
  'say "so"',
  '"',
  'null',
  'true',
  '300',
  '0',
  'Ärger',
  'ärger',
  'ÄRGER',
  'straße',
  'STRASSE',
  'Σίσυφος',
  'ΣΊΣΥΦΟΣ',
  '日本',
  '日本語',
  '😀',
  'x😀y',
  'K',
  'k',
  '\u212a',
  'İ',
  'i',
  'ı',
  '\u0000',
  'line\nbreak',
  'AccessDenied',
  'accessdenied',
  'Client.UnauthorizedOperation',
];
/** Texts whose letters all have one partner in the other case, or none. */
const PLAIN_TEXTS = TEXTS.filter(
  (text) => !/[ßſςİıK\u212a]/.test(text) && !Array.from(text).some((letter) => letter.length > 1),
);
const ADDRESSES = [
  '10.0.0.1',
  '10.1.2.3',
  '010.0.0.1',
  '10.0.0.01',
  '11.0.0.1',
  '192.168.0.1',
  '192.168.255.255',
  '203.0.113.7',
  '203.0.113.200',
  '256.0.0.1',
  '10.0.0',
  '10.0.0.1.1',
  '2001:db8::1',
  '2001:DB8:0:0:0:0:0:1',
  '2001:db8::00001',
  '2001:db9::1',
  'fe80::1',
  '::1',
  '::',
  ':',
  ':::',
  '1:2:3:4:5:6:7::',
  '1:2:3:4:5:6:7:8:9',
  '::ffff:a00:1',
  '::ffff:0a00:0001',
  'fe80::1%eth0',
  'a:b',
  '12:34',
];
const CIDRS = [
  '10.0.0.0/8',
  '10.0.0.1/8',
  '10.0.0.0/31',
  '192.168.0.0/16',
  '203.0.113.0/25',
  '203.0.113.128/25',
  '010.0.0.0/8',
  '::ffff:a00:0/24',
  '2001:db8::/32',
  '2001:db8::1/127',
  'fe80::/10',
  '::/96',
  '::1/64',
];
const NUMBERS = [
  '0',
  '-0',
  '0.0',
  '0e5',
  '1',
  '1.0',
  '10e-1',
  '1E0',
  '2',
  '7',
  '12.5',
  '-5',
  '-5.00',
  '300',
  '3.0e2',
  '300.0',
  '3E+2',
  '0.1',
  '1e-1',
  '100e-3',
  '0.30000000000000004',
  '5e9',
  '-5e9',
  '1e15',
  '9007199254740991',
  '1.7976931348623157e308',
  '123456789012',
  '299.99999999999994',
];
const NAMES = ['a', 'b', 'c', 'a-b', 'A', 'é', '__proto__', 'constructor', 'toString', '$or', 'x y'];

function smallObject(random: Random, depth: number): Fields {
  const made = fields();
  for (let count = random.between(depth === 0 ? 1 : 0, 4); count > 0; count -= 1)
    made[random.pickSkewed(NAMES)] = smallValue(random, depth + 1);
  if (!Object.hasOwn(made, 'a') && random.chance(0.06)) made['a.b'] = smallValue(random, depth + 1);
  return made;
}

function smallValue(random: Random, depth: number): Value {
  if (depth < 5 && random.chance(0.25)) return smallObject(random, depth);
  if (depth < 5 && random.chance(0.4))
    return Array.from({ length: random.int(4) }, () => smallValue(random, depth + 1));
  return scalar(random);
}

function scalar(random: Random): Value {
  const draw = random.float();
  if (draw < 0.45) return random.pick(TEXTS);
  if (draw < 0.6) return random.pick(ADDRESSES);
  if (draw < 0.85) return new Spelled(random.pick(NUMBERS));
  return random.pick([true, false, null]);
}

/** Few names and values, many lists: what must hold in one element together, and what must not be there. */
const FEW_NAMES = ['a', 'b', 'c', 'b-c'];
const FEW_VALUES = [new Spelled('1'), new Spelled('2'), 'x'];

function denseObject(random: Random, depth: number): Fields {
  const made = fields();
  for (let count = random.int(4); count > 0; count -= 1)
    made[random.pickSkewed(FEW_NAMES)] = denseValue(random, depth + 1);
  if (depth === 0 && made['a'] === undefined) made['a'] = denseValue(random, 1);
  return made;
}

function denseValue(random: Random, depth: number): Value {
  if (depth < 6 && random.chance(0.45))
    return Array.from({ length: random.between(0, 3) }, () => denseValue(random, depth + 1));
  return depth < 6 && random.chance(0.6) ? denseObject(random, depth) : random.pick(FEW_VALUES);
}

function densePattern(random: Random): Fields {
  const pattern = fields();
  for (let count = random.between(1, 5); count > 0; count -= 1) {
    const path = Array.from({ length: random.between(0, 2) }, () => random.pickSkewed(FEW_NAMES));
    pattern[['a', ...path].join('.')] = random.pick<Value>([
      [random.pick(FEW_VALUES)],
      [...FEW_VALUES],
      [one('exists', true)],
      [one('exists', false)],
      [one('exists', false), random.pick(FEW_VALUES)],
      [one('anything-but', 'x')],
    ]);
  }
  return pattern;
}

const EVENT_NAMES = [
  'ConsoleLogin',
  'CreateUser',
  'DeleteTrail',
  'StopLogging',
  'AuthorizeSecurityGroupIngress',
  'AssumeRole',
  'PutBucketPolicy',
];
const SOURCES = ['iam', 'ec2', 's3', 'sts', 'signin', 'cloudtrail'].map((name) => `${name}.amazonaws.com`);
const PORTS = ['22', '3389', '443', '80', '0', '65535', '-1'];

/** The parts of a record that rules look at, each of them there or not, and now and then of the wrong kind. */
function cloudTrailRecord(random: Random): Fields {
  const record = fields([
    ['eventVersion', '1.11'],
    ['eventName', random.pick(EVENT_NAMES)],
    ['eventSource', random.pick(SOURCES)],
    ['awsRegion', random.pick(['us-east-1', 'eu-central-1', 'ap-southeast-2'])],
    ['sourceIPAddress', random.pick(['cloudtrail.amazonaws.com', 'AWS Internal', ...ADDRESSES])],
    ['userIdentity', identity(random)],
    ['readOnly', random.chance(0.5)],
    ['requestParameters', random.chance(0.3) ? null : parameters(random)],
    [
      'responseElements',
      random.chance(0.6) ? null : one('ConsoleLogin', random.pick(['Success', 'Failure'])),
    ],
  ]);
  if (random.chance(0.4))
    record['errorCode'] = random.pick([
      'AccessDenied',
      'Client.UnauthorizedOperation',
      'NoSuchEntityException',
    ]);
  if (random.chance(0.4)) record['resources'] = Array.from({ length: random.int(4) }, () => resource(random));
  if (random.chance(0.3))
    record['additionalEventData'] = fields([
      ['MFAUsed', random.pick(['Yes', 'No'])],
      ['bytesTransferredOut', new Spelled(random.pick(NUMBERS))],
    ]);
  if (random.chance(0.1)) record[random.pick(Object.keys(record))] = smallValue(random, 2);
  return record;
}

function identity(random: Random): Fields {
  const type = random.pick(['Root', 'IAMUser', 'AssumedRole', 'AWSService']);
  const made = fields([
    ['type', type],
    ['accountId', random.pick(['111122223333', '444455556666'])],
  ]);
  if (type === 'AWSService') made['invokedBy'] = random.pick(SOURCES);
  else
    made['arn'] =
      `arn:aws:iam::111122223333:${random.pick(['root', 'user/alice', 'user/Bob', 'role/admin/ops'])}`;
  const attributes = one('mfaAuthenticated', random.pick(['true', 'false', random.chance(0.5)]));
  if (type === 'AssumedRole') made['sessionContext'] = one('attributes', attributes);
  return made;
}

function resource(random: Random): Fields {
  return fields(
    [
      ['ARN', `arn:aws:s3:::${random.pick(['logs', 'Logs', 'public-site'])}`],
      ['accountId', random.pick(['111122223333', '999900001111'])],
      ['type', random.pick(['AWS::S3::Bucket', 'AWS::S3::Object', 'AWS::KMS::Key'])],
    ].slice(0, random.between(1, 3)) as [string, string][],
  );
}

function parameters(random: Random): Fields {
  const ranges = (): Value =>
    Array.from({ length: random.int(3) }, () =>
      one('cidrIp', random.pick(['0.0.0.0/0', '10.0.0.0/8', '::/0'])),
    );
  const permission = (): Fields =>
    fields([
      ['fromPort', new Spelled(random.pick(PORTS))],
      ['toPort', new Spelled(random.pick(PORTS))],
      ['ipRanges', one('items', ranges())],
      ...(random.chance(0.4) ? [['groups', one('items', [])] as const] : []),
    ]);
  return fields([
    ['userName', random.pick(['alice', 'Bob', 'eve'])],
    ['ipPermissions', one('items', Array.from({ length: random.int(4) }, permission))],
    [
      'tags',
      Array.from({ length: random.int(3) }, () =>
        random.chance(0.3)
          ? random.pick(TEXTS)
          : fields([
              ['key', random.pick(['env', 'owner'])],
              ['value', random.pick(TEXTS)],
            ]),
      ),
    ],
  ]);
}

// Patterns.

interface Leaf {
  readonly path: readonly string[];
  /** Values found there, in lists or not. */
  readonly values: readonly Value[];
}

/** Paths to values, without the lists between. */
function leavesOf(event: Fields): Leaf[] {
  const found = new Map<string, { path: readonly string[]; values: Value[] }>();
  const visit = (value: Value, path: readonly string[]): void => {
    if (Array.isArray(value)) for (const element of value as readonly Value[]) visit(element, path);
    else if (isFields(value))
      for (const [name, field] of Object.entries(value)) visit(field, [...path, name]);
    else {
      const leaf = found.get(JSON.stringify(path)) ?? { path, values: [] };
      leaf.values.push(value);
      found.set(JSON.stringify(path), leaf);
    }
  };
  visit(event, []);
  return [...found.values()];
}

function patternFor(random: Random, event: Fields): Value {
  const leaves = leavesOf(event);
  const chosen = Array.from({ length: random.pickSkewed([1, 2, 3, 4, 5]) }, () => chooseLeaf(random, leaves));
  let pattern = fields();
  for (const leaf of chosen) put(random, pattern, leaf.path, conditionOn(random, leaf));
  if (random.chance(0.15)) pattern = withOr(random, pattern, leaves);
  return random.chance(0.12) ? spoiled(random, pattern) : pattern;
}

/** Mostly neighbours of one another, for it is within lists that they must agree. */
function chooseLeaf(random: Random, leaves: readonly Leaf[]): Leaf {
  if (leaves.length === 0 || random.chance(0.07))
    return {
      path: [random.pick(NAMES.filter((name) => name !== '$or')), random.pick(['a', 'b', 'z'])],
      values: [],
    };
  const nested = leaves.filter(({ path, values }) => path.length > 1 || values.length > 1);
  const leaf = nested.length > 0 && random.chance(0.6) ? random.pick(nested) : random.pick(leaves);
  if (random.chance(0.08))
    return { path: [...leaf.path.slice(0, -1), random.pick(['a', 'b', 'z'])], values: [] };
  return leaf;
}

/** Into an object of the pattern, nested or with dots in the name. */
function put(random: Random, pattern: Fields, path: readonly string[], condition: Value): void {
  const [name = 'a', ...rest] = path;
  if (name === '$or') return put(random, pattern, ['a', ...rest], condition);
  if (rest.length === 0) {
    pattern[name] = condition;
    return;
  }
  if (random.chance(0.1)) {
    pattern[[name, ...rest].join('.').replaceAll('$or', 'a')] = condition;
    return;
  }
  const below = pattern[name];
  if (below !== undefined && !isFields(below)) {
    pattern[[name, ...rest].join('.').replaceAll('$or', 'a')] = condition;
    return;
  }
  const inner = below ?? fields();
  pattern[name] = inner;
  put(random, inner, rest, condition);
}

function withOr(random: Random, pattern: Fields, leaves: readonly Leaf[]): Fields {
  const branch = (): Fields => {
    const made = fields();
    for (let count = random.between(1, 2); count > 0; count -= 1) {
      const leaf = chooseLeaf(random, leaves);
      put(random, made, leaf.path, conditionOn(random, leaf));
    }
    return random.chance(0.12) ? withOr(random, made, leaves) : made;
  };
  const branches = Array.from({ length: random.between(2, 3) }, branch);
  const entries = Object.entries(pattern);
  entries.splice(random.int(entries.length + 1), 0, ['$or', branches]);
  return fields(entries);
}

function conditionOn(random: Random, leaf: Leaf): Value {
  if (random.chance(0.1)) return [one('exists', random.chance(0.3))];
  const tests = Array.from({ length: random.pickSkewed([1, 2, 3]) }, () => {
    if (random.chance(0.05)) return one('exists', random.chance(0.3));
    const value = leaf.values.length > 0 && random.chance(0.85) ? random.pick(leaf.values) : scalar(random);
    return testOf(random, value);
  });
  return withoutLostTexts(tests);
}

/** Beside a numeric comparison no more than one test of texts: see `EXCLUSIONS`. */
function withoutLostTexts(tests: readonly Value[]): readonly Value[] {
  const isNumeric = (test: Value): boolean => isFields(test) && Object.hasOwn(test, 'numeric');
  if (!tests.some(isNumeric)) return tests;
  const ofTexts = tests.filter((test) => typeof test === 'string' || (isFields(test) && !isNumeric(test)));
  return tests.filter((test) => !ofTexts.includes(test) || test === ofTexts[0]);
}

/** A test that the value passes, more often than not. */
function testOf(random: Random, value: Value): Value {
  if (value instanceof Spelled) return numberTest(random, value);
  if (typeof value !== 'string') return random.chance(0.85) ? value : anythingBut(random, value);
  if (random.chance(0.3)) return value;
  return random.pick(TEXT_TESTS)(random, value);
}

type TextTest = (random: Random, value: string) => Value;
const TEXT_TESTS: readonly TextTest[] = [
  (random, value) => one('prefix', startOf(random, value)),
  (random, value) => one('suffix', endOf(random, value)),
  (random, value) => one('prefix', one('equals-ignore-case', recased(random, startOf(random, value)))),
  (random, value) => one('suffix', one('equals-ignore-case', recased(random, endOf(random, value)))),
  (random, value) => one('equals-ignore-case', recased(random, value)),
  (random, value) => one('wildcard', wildcardOf(random, value)),
  (random, value) => one('wildcard', wildcardOf(random, value)),
  (random) => one('cidr', random.pick(CIDRS)),
  (random, value) => (random.chance(0.2) ? one('exactly', value) : random.pick(ADDRESSES)),
  anythingBut,
  anythingBut,
];

function numberTest(random: Random, value: Spelled): Value {
  const number = Number(value.text);
  const other = new Spelled(random.pick(NUMBERS));
  const draw = random.float();
  if (draw < 0.25) return random.chance(0.5) ? value : new Spelled(String(number));
  if (draw < 0.35) return one('numeric', ['=', random.chance(0.7) ? value : other]);
  if (draw < 0.6) {
    const compared = random.chance(0.4) ? value : other;
    const isLargest = Number(compared.text) === Number.MAX_VALUE;
    return one('numeric', [random.pick(isLargest ? ['<', '<='] : ['<', '<=', '>', '>=']), compared]);
  }
  if (draw < 0.85) {
    const [low, high] = [value, other].sort((a, b) => Number(a.text) - Number(b.text)) as [Spelled, Spelled];
    return one('numeric', [random.pick(['>', '>=']), low, random.pick(['<', '<=']), high]);
  }
  return one('anything-but', random.chance(0.5) ? other : [other, new Spelled(random.pick(NUMBERS))]);
}

function anythingBut(random: Random, value: Value): Value {
  const text = typeof value === 'string' && random.chance(0.3) ? value : random.pick(TEXTS);
  const several = (make: () => Value): Value =>
    random.chance(0.5) ? make() : Array.from({ length: random.between(1, 3) }, make);
  const nonEmpty = (piece: string): string => (piece === '' ? 'a' : piece);
  const draw = random.float();
  if (draw < 0.25)
    return one(
      'anything-but',
      several(() => (random.chance(0.5) ? text : random.pick(TEXTS))),
    );
  if (draw < 0.35)
    return one(
      'anything-but',
      several(() => new Spelled(random.pick(NUMBERS))),
    );
  const operator = random.pick(['prefix', 'suffix', 'equals-ignore-case', 'wildcard']);
  const operand = (): string => {
    if (operator === 'prefix') return nonEmpty(startOf(random, text));
    if (operator === 'suffix') return nonEmpty(endOf(random, text));
    return operator === 'wildcard' ? wildcardOf(random, text) : recased(random, text);
  };
  return one('anything-but', one(operator, several(operand)));
}

function startOf(random: Random, text: string): string {
  const letters = Array.from(text);
  return letters
    .slice(0, random.int(letters.length + 1))
    .join('')
    .replace(/"+$/, '');
}

function endOf(random: Random, text: string): string {
  const letters = Array.from(text);
  return letters
    .slice(random.int(letters.length + 1))
    .join('')
    .replace(/^"+/, '');
}

/** In other case, if its letters are of the plain kind. */
function recased(random: Random, text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text) || PLAIN_TEXTS.includes(text) ? text : random.pick(PLAIN_TEXTS);
  const changed = random.chance(0.5) ? plain.toUpperCase() : plain.toLowerCase();
  return /[ßſςİı]/.test(changed) || changed.includes('"') ? 'abc' : changed;
}

function wildcardOf(random: Random, text: string): string {
  const letters = Array.from(text).map((letter) =>
    letter === '*' || letter === '\\' ? `\\${letter}` : letter,
  );
  for (let stars = random.between(1, 3); stars > 0; stars -= 1) {
    const at = random.int(letters.length + 1);
    letters.splice(at, random.int(3), '*');
  }
  const wildcard = letters.join('');
  return random.chance(0.9) ? wildcard.replaceAll(/(?<!\\)\*+/g, '*') : wildcard;
}

/** With a mistake in it, mostly one that makes it invalid. */
function spoiled(random: Random, pattern: Fields): Value {
  const names = Object.keys(pattern).filter((name) => name !== '$or');
  if (names.length === 0 || random.chance(0.05))
    return random.pick<Value>([[], '', null, fields(), one('a', 'b'), one('a', null)]);
  const spoil = fields(Object.entries(pattern));
  spoil[random.pick(names)] = random.pick(MISTAKES)(random);
  return spoil;
}

const MISTAKES: readonly ((random: Random) => Value)[] = [
  (random) =>
    random.pick<Value>([
      [],
      fields(),
      'text',
      new Spelled('5'),
      true,
      null,
      one('x', []),
      [[]],
      [['a']],
      [fields()],
    ]),
  (random) => [
    one(
      random.pick([
        'prefix',
        'suffix',
        'equals-ignore-case',
        'wildcard',
        'cidr',
        'exists',
        'exactly',
        'numeric',
        'anything-but',
      ]),
      random.pick<Value>([
        'x',
        '',
        new Spelled('5'),
        true,
        null,
        [],
        fields(),
        ['x'],
        [new Spelled('1'), 'x'],
        one('prefix', ''),
        one('suffix', new Spelled('1')),
        one('equals-ignore-case', 'x'),
        one('wildcard', 'a**'),
        one('wildcard', ['a', '\\']),
        one('prefix', []),
        [null],
        [true],
        one('numeric', ['=', new Spelled('1')]),
      ]),
    ),
  ],
  (random) => [
    fields([
      ['prefix', 'a'],
      [random.pick(['suffix', 'exists', 'unknown']), 'b'],
    ]),
  ],
  (random) => [one(random.pick(['unknown', 'regex', '$or', 'toString', '__proto__', 'Prefix']), 'x')],
  (random) => [
    one('wildcard', random.pick(['**', 'a**b', '\\', 'a\\b', '\\\\\\', '\\**', '***', 'a*\\*', '*\\\\*'])),
  ],
  (random) => [
    one(
      'numeric',
      random.pick<readonly Value[]>([
        ['='],
        ['=', 'x'],
        ['~', new Spelled('1')],
        ['>', new Spelled('3'), '<', new Spelled('3')],
        ['>=', new Spelled('3'), '<=', new Spelled('3.0')],
        ['>', new Spelled('5'), '<', new Spelled('1')],
        ['<', new Spelled('5'), '>', new Spelled('1')],
        ['=', new Spelled('1'), '<', new Spelled('2')],
        ['>', new Spelled('1'), '<'],
        ['>', new Spelled('1'), '<', new Spelled('2'), '<'],
        [new Spelled('1'), '='],
        ['>', new Spelled('1'), '=', new Spelled('2')],
      ]),
    ),
  ],
  (random) => [
    one(
      'cidr',
      random.pick([
        '10.0.0.0',
        '10.0.0.0/32',
        '10.0.0.0/33',
        '10.0.0/8',
        '256.0.0.0/8',
        '2001:db8::/128',
        '/8',
        '10.0.0.0/-1',
        '10.0.0.0/x',
        'x/8',
        '10.0.0.0/8/8',
        '::ffff:a00:0/96',
        '',
      ]),
    ),
  ],
  (random) =>
    one(
      '$or',
      random.pick<Value>([
        [],
        [one('b', ['x'])],
        'x',
        [one('b', ['x']), 'y'],
        [one('b', ['x']), fields()],
        fields(),
        ['x', 'y'],
        [one('prefix', ['x']), one('b', ['x'])],
        [one('b', one('exists', ['x'])), one('b', ['x'])],
        [one('<', ['x']), one('b', ['x'])],
        [one('b', ['x']), one('c', 'x')],
      ]),
    ),
];
