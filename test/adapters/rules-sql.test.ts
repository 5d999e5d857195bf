import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { compileEventPattern } from '../../shared/core/rules/event-pattern.ts';
import { predicateSql, ruleSql } from '../../shared/core/rules/predicate-sql.ts';
import { rulesOfFiles } from '../../shared/core/rules/rule-of-file.ts';
import type { Condition, Predicate, ValueTest } from '../../shared/core/rules/predicate.ts';
import { sample } from '../core/sample/read-sample.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { allVerdicts, LakeTable, seenTwice, type SeenTwice } from '../support/rule-verdicts.ts';
import { writeFiles } from '../support/scratch-folder.ts';

const RULES = new URL('../../rules', import.meta.url).pathname;

interface Mounted extends SeenTwice {
  readonly root: string;
  readonly table: LakeTable;
}

const folders: string[] = [];

async function mount(files: Iterable<readonly [string, Uint8Array | string]>): Promise<Mounted> {
  const [source, root] = [await newFolder(), await newFolder()];
  await writeFiles(source, files);
  await ingestFolder([source], root);
  const table = await LakeTable.load(root);
  return { root, table, ...(await seenTwice([source], table)) };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-rules-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const TIME = '"eventTime":"2026-11-21T10:20:30Z"';

/** Records with one thing special about each; as texts, for what is special may be the text. */
const HOSTILE = [
  `{${TIME},"eventName":"A","readOnly":true,"requestParameters":{"bucketName":"x"}}`,
  `{${TIME},"eventName":"B","readOnly":false,"requestParameters":{"bucketName":["w","x"],"n":5}}`,
  `{${TIME},"eventName":"C","requestParameters":{"a":[{"bucketName":"x"},{"bucketName":[1,null]}],"n":"5"}}`,
  `{${TIME},"eventName":"it's 100%_\\\\","requestParameters":{"bucketName":"it's 100%_\\\\ \\"q\\"","n":true}}`,
  `{${TIME},"requestParameters":{"items":[{"port":22,"cidr":"10.0.0.0/8"},{"port":80,"cidr":"0.0.0.0/0"}]}}`,
  `{${TIME},"requestParameters":{"items":[{"port":80,"cidr":"10.0.0.0/8"},{"port":22,"cidr":["::/0","0.0.0.0/0"]}]}}`,
  `{${TIME},"requestParameters":{"items":[{"port":80},{"port":22,"cidr":null},"22",{}]}}`,
  `{${TIME},"requestParameters":{"items":{"port":2.2e1,"cidr":"0.0.0.0/0"},"n":null,"e":{},"l":[]}}`,
  `{${TIME},"requestParameters":{"policy":"{\\"Effect\\":\\"Allow\\"}","n":"true"},"responseElements":{"policy" : {"Effect":"Allow"}}}`,
  `{${TIME},"sourceIPAddress":"10.1.2.3","userIdentity":{"type":"Root","arn":"arn:aws:iam::1:root","inScopeOf":{"a":["x",{"b":1}]}}}`,
  `{${TIME},"sourceIPAddress":"2001:db8::1","userIdentity":{"type":"IAMUser","invokedBy":"x","new":{"deep":["v"]}},"extra":[7,"seven"]}`,
  `{${TIME},"sourceIPAddress":"ec2.amazonaws.com","userIdentity":{"type":"AssumedRole","sessionContext":{"attributes":{"mfaAuthenticated":"true"}}}}`,
  `{${TIME},"resources":[{"ARN":"a","type":"T"},null,{"ARN":"b","accountId":"1"}]}`,
  `{${TIME},"resources":[{"ARN":"a","accountId":"1"},{"ARN":"B","type":"T"}],"eventName":"ÄÖ😀"}`,
  `{${TIME},"resources":[],"eventName":"line\\nbreak","requestParameters":{"bucketName":"\\u0078\\u003c\\/\\n"}}`,
  `{${TIME},"requestParameters":null,"responseElements":"text","edgeDeviceDetails":{"type":"outpost","n":[1]}}`,
  `{${TIME},"requestParameters":{"x-amz acl":["private"],"it's":{"true":1e2}},"tlsDetails":{"tlsVersion":"TLSv1.3","keyExchange":"k"}}`,
  `{${TIME},"eventName":"","requestParameters":{"bucketName":"","n":-0.5}}`,
  `{${TIME},"sourceIPAddress":"203.0.113.5","sessionCredentialFromConsole":true,"requestParameters":{"ip":["203.0.113.5",1],"m":50.0}}`,
  `{${TIME},"sourceIPAddress":"2001:DB8:0:0:0:0:0:1","sessionCredentialFromConsole":"true","requestParameters":{"ip":"::ffff:cb00:7105","m":"50.0"}}`,
  `{${TIME},"sourceIPAddress":"203.0.113.4","sessionCredentialFromConsole":"false","requestParameters":{"ip":{"v":"2001:db8::1"},"m":[5e1,12345678901234567890]}}`,
];

const rp = (fields: object): object => ({ requestParameters: fields });

/** Patterns, and the records that they select, by the number. */
const PATTERNS: readonly (readonly [object, readonly number[]])[] = [
  [rp({ bucketName: ['x'] }), [0, 1]],
  [rp({ a: { bucketName: ['x'] } }), [2]],
  [rp({ a: { bucketName: [null] } }), [2]],
  [rp({ n: [5] }), [1]],
  [rp({ n: ['5'] }), [2]],
  [rp({ n: [true] }), [3]],
  [rp({ n: ['true'] }), [8]],
  [rp({ n: [null] }), [7]],
  [rp({ n: [{ numeric: ['<', 5] }] }), [17]],
  [rp({ n: [{ 'anything-but': ['5', 'true'] }] }), [1, 3, 7, 17]],
  [rp({ n: [{ 'anything-but': [5] }] }), [2, 3, 7, 8, 17]],
  [rp({ n: [{ prefix: '5' }] }), [2]],
  [rp({ n: [{ suffix: 'e' }] }), [8]],
  [rp({ n: [{ exists: true }] }), [1, 2, 3, 7, 8, 17]],
  [rp({ e: [{ exists: true }] }), []],
  [rp({ n: [{ exists: false }], bucketName: [{ exists: true }] }), [0, 14]],
  [rp({ items: { port: [22], cidr: ['0.0.0.0/0'] } }), [5, 7]],
  [rp({ items: { port: [22], cidr: ['0.0.0.0/0', null] } }), [5, 6, 7]],
  [rp({ items: { port: [80], zone: [{ exists: false }] } }), [4, 5, 6]],
  [rp({ items: { cidr: [{ exists: false }], port: [80] } }), []],
  [
    rp({
      items: { port: [{ exists: true }], zone: [{ exists: false }, 'z'], cidr: [{ exists: false }, '::/0'] },
    }),
    [5],
  ],
  [rp({ bucketName: [{ 'equals-ignore-case': 'X' }] }), [0, 1]],
  [rp({ bucketName: ['x</\n'] }), [14]],
  [rp({ bucketName: [{ prefix: 'it\'s 100%_\\ "' }] }), [3]],
  [rp({ bucketName: [''] }), [17]],
  [rp({ 'x-amz acl': ['private'] }), [16]],
  [rp({ "it's": { true: [100] } }), [16]],
  [{ eventName: [{ wildcard: '*100%_\\\\' }] }, [3]],
  [{ eventName: [{ 'equals-ignore-case': 'äö😀' }] }, [13]],
  [{ eventName: [{ wildcard: 'line*k' }] }, [14]],
  [{ eventName: [''] }, [17]],
  [{ readOnly: [true] }, [0]],
  [{ readOnly: ['true'] }, []],
  [{ readOnly: [{ 'anything-but': ['true'] }] }, [0, 1]],
  [{ sourceIPAddress: [{ cidr: '10.0.0.0/8' }] }, [9]],
  [{ sourceIPAddress: [{ cidr: '2001:db8::/32' }] }, [10, 19]],
  [{ sourceIPAddress: [{ 'anything-but': { suffix: '.amazonaws.com' } }] }, [9, 10, 18, 19, 20]],
  [{ sourceIPAddress: ['203.0.113.5'] }, [18]],
  [{ sourceIPAddress: ['2001:db8::1'] }, [10, 19]],
  [{ sourceIPAddress: [{ cidr: '203.0.113.5/31' }] }, [18, 20]],
  [{ sourceIPAddress: [{ cidr: '10.0.0.1/8' }, '203.0.113.4'] }, [9, 20]],
  [{ sourceIPAddress: [{ cidr: '010.0.0.0/8' }] }, [9]],
  [rp({ ip: ['203.0.113.5'] }), [18, 19]],
  [rp({ ip: { v: [{ cidr: '2001:db8:ffff::/31' }] } }), [20]],
  [rp({ m: [50] }), [18, 20]],
  [rp({ m: ['50.0'] }), [19]],
  [{ sessionCredentialFromConsole: ['true'] }, [18, 19]],
  [{ sessionCredentialFromConsole: [true] }, [18, 19]],
  [{ sessionCredentialFromConsole: [false, 'other'] }, [20]],
  [{ sessionCredentialFromConsole: [{ 'anything-but': 'true' }] }, [20]],
  [{ sessionCredentialFromConsole: [{ prefix: 't' }] }, [18, 19]],
  [{ userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] } }, [9]],
  [{ userIdentity: { inScopeOf: { a: ['x'] } } }, [9]],
  [{ userIdentity: { inScopeOf: { a: { b: [1] } } } }, [9]],
  [{ userIdentity: { new: { deep: ['v'] } } }, [10]],
  [{ userIdentity: { sessionContext: { attributes: { mfaAuthenticated: ['true'] } } } }, [11]],
  [{ extra: [7] }, [10]],
  [{ extra: ['7'] }, []],
  [{ resources: { ARN: ['a'], accountId: ['1'] } }, [13]],
  [{ resources: { ARN: ['b'], type: [{ exists: false }] } }, [12]],
  [{ resources: { type: ['T'], accountId: [{ exists: false }] } }, []],
  [{ resources: { ARN: [{ prefix: { 'equals-ignore-case': 'b' } }] } }, [12, 13]],
  [{ responseElements: ['text'] }, [15]],
  [{ edgeDeviceDetails: { n: [1] } }, [15]],
  [{ tlsDetails: { keyExchange: ['k'] } }, [16]],
];

describe('hostile records', () => {
  let mounted: Mounted;
  const names = HOSTILE.map((_, i) => `hostile.json#${i}`);
  const positionsOf = (numbers: readonly number[]): string[] => numbers.map((i) => names[i] ?? '').sort();
  beforeAll(async () => {
    mounted = await mount([['hostile.json', `{"Records":[${HOSTILE.join(',')}]}`]]);
  });
  afterAll(() => {
    mounted.table[Symbol.dispose]();
  });

  it('are all in the lake', () => {
    expect([...mounted.stream.keys()].toSorted()).toEqual(names.toSorted());
  });

  it.each(PATTERNS)(
    '%j selects the same in the stream, of the lake and in SQL',
    async (pattern, expected) => {
      const positions = positionsOf(expected);
      const [verdicts] = await allVerdicts([compileEventPattern(pattern)], mounted, mounted.table);
      expect(verdicts).toEqual({ stream: positions, rebuilt: positions, sql: positions });
    },
  );

  it('select the same by a network, and by what is not in it, read as texts', async () => {
    const inside: Predicate = {
      kind: 'fields',
      conditions: [{ path: ['requestParameters', 'ip'], reads: 'text', anyOf: [network('203.0.113.5')] }],
    };
    const predicates: Predicate[] = [inside, { kind: 'not', of: inside }];
    const verdicts = await allVerdicts(predicates, mounted, mounted.table);
    const within = positionsOf([18, 19]);
    const others = names.filter((name) => !within.includes(name)).sort();
    expect(verdicts).toEqual(
      [within, others].map((positions) => ({ stream: positions, rebuilt: positions, sql: positions })),
    );
  });

  it.each(SIGMA_TESTS())(
    '%s %j selects the same in the stream, of the lake and in SQL',
    async (path, anyOf, expected) => {
      const positions = positionsOf(expected);
      const condition: Condition = { path: path.split('.'), reads: 'text', anyOf };
      const [verdicts] = await allVerdicts(
        [{ kind: 'fields', conditions: [condition] }],
        mounted,
        mounted.table,
      );
      expect(verdicts).toEqual({ stream: positions, rebuilt: positions, sql: positions });
    },
  );
});

function contains(literal: string): ValueTest {
  return { test: 'wildcard', pattern: [{ any: 'text' }, { literal }, { any: 'text' }], ignoreCase: true };
}

/** One address, or a network. */
function network(written: string): ValueTest {
  const predicate = compileEventPattern({ f: [written.includes('/') ? { cidr: written } : written] });
  const [test] = predicate.kind === 'fields' ? (predicate.conditions[0]?.anyOf ?? []) : [];
  if (test === undefined) throw new Error(`no network: ${written}`);
  return test;
}

function SIGMA_TESTS(): [string, ValueTest[], number[]][] {
  return [
    ['eventName', [{ test: 'same-as', path: ['requestParameters', 'bucketName'] }], [17]],
    ['userIdentity.type', [{ test: 'same-as', path: ['userIdentity', 'invokedBy'] }], []],
    ['requestParameters', [contains('"N":5')], [1]],
    ['requestParameters', [contains('"effect":"allow"')], [8]],
    ['responseElements', [contains('"policy" : {"effect"')], [8]],
    ['responseElements', [contains('tex')], [15]],
    ['responseElements', [{ test: 'equals', value: 'TEXT', ignoreCase: true }], [15]],
    ['responseElements.policy', [contains('"Effect"')], [8]],
    ['requestParameters.policy', [contains('allow')], [8]],
    ['requestParameters.bucketName', [contains('X')], [0, 1, 14]],
    ['requestParameters.n', [{ test: 'equals', value: 'TRUE', ignoreCase: true }], [3, 8]],
    ['requestParameters.n', [{ test: 'equals', value: '5' }], [1, 2]],
    ['requestParameters.n', [{ test: 'number', low: 5 }], [1, 2]],
    ['requestParameters.e', [{ test: 'exists' }], [7]],
    [
      'requestParameters.n',
      [{ test: 'absent' }, { test: 'equals', value: null }],
      [0, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20],
    ],
    ['requestParameters', [{ test: 'absent' }, { test: 'equals', value: null }], [9, 10, 11, 12, 13, 15]],
    ['readOnly', [{ test: 'equals', value: 'TRUE', ignoreCase: true }], [0]],
    ['userIdentity', [{ test: 'exists' }], [9, 10, 11]],
    ['userIdentity.arn', [{ test: 'regex', source: '^ARN:.*root$', flags: 'i' }], [9]],
    [
      'eventName',
      [{ test: 'wildcard', pattern: [{ literal: 'Ä' }, { any: 'character' }, { any: 'character' }] }],
      [13],
    ],
    ['resources.ARN', [{ test: 'equals', value: 'b', ignoreCase: true }], [12, 13]],
    ['requestParameters.m', [{ test: 'equals', value: '50', ignoreCase: true }], [18, 20]],
    ['requestParameters.m', [{ test: 'equals', value: '50.0' }], [19]],
    ['requestParameters.m', [{ test: 'equals', value: '12345678901234567890' }], []],
    ['requestParameters.m', [{ test: 'equals', value: '12345678901234567000' }], [20]],
    ['requestParameters.m', [{ test: 'anything-but', tests: [{ test: 'equals', value: '50' }] }], [19, 20]],
    ['sessionCredentialFromConsole', [{ test: 'equals', value: 'TRUE', ignoreCase: true }], [18, 19]],
  ];
}

describe('the sample', () => {
  let mounted: Mounted;
  beforeAll(async () => {
    mounted = await mount(
      sample({ hours: 1, eventsPerHour: 2000 }).map(({ key, body }) => [key, body] as const),
    );
  });
  afterAll(() => {
    mounted.table[Symbol.dispose]();
  });

  it('comes back from the lake as it was', () => {
    expect(mounted.stream.size).toBeGreaterThan(1000);
    for (const [position, { value }] of mounted.stream)
      expect(mounted.rebuilt.get(position)?.value).toEqual(withoutNull(value));
  });

  it('has the same events for each of our rules in the stream, of the lake and in SQL', async () => {
    const rules = await ourRules();
    const verdicts = await allVerdicts(
      rules.map(([, predicate]) => predicate),
      mounted,
      mounted.table,
    );
    for (const [i, { stream, rebuilt, sql, noSql }] of verdicts.entries()) {
      const [name] = rules[i] ?? [''];
      expect(rebuilt, name).toEqual(stream);
      expect(noSql ?? sql, name).toEqual(stream);
    }
    expect(rules.length).toBeGreaterThan(0);
    expect(verdicts.flatMap(({ stream }) => stream).length).toBeGreaterThan(0);
  });

  it('is queried as explain prints it', async () => {
    const pattern = compileEventPattern({ eventName: ['ConsoleLogin', 'AssumeRole'] });
    using lake = await DuckdbLake.open(mounted.root);
    const result = await lake.query(ruleSql(pattern, "People's sign-ins"));
    expect(result.columns).toEqual(
      'eventtime eventid recipientaccountid awsregion principal eventsource eventname errorcode sourceipaddress'.split(
        ' ',
      ),
    );
    let rows = 0;
    for await (const chunk of result.chunks) rows += chunk.length;
    expect(rows).toBeGreaterThan(10);
  });
});

/** Top-level nulls, as `"requestParameters":null`, are no fields in the lake. */
function withoutNull(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

async function ourRules(): Promise<[string, Predicate][]> {
  const paths = await readdir(RULES, { recursive: true });
  const files = await Promise.all(
    paths
      .filter((path) => path.endsWith('.yml'))
      .map(async (path) => ({ path, text: await readFile(join(RULES, path), 'utf8') })),
  );
  return rulesOfFiles(files).rules.map(({ path, rule }) => [path, rule.predicate]);
}

const NAMES = ['a', 'b', 'c'] as const;
const scalar = fc.constantFrom<string | number | boolean | null>(
  'x',
  'xy',
  '5',
  'true',
  '',
  '203.0.113.5',
  '2001:db8::1',
  '70.0',
  5,
  70,
  0.5,
  true,
  false,
  null,
);

/** Objects and lists of few names and values; no list directly in a list. */
const json = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    tie('object'),
    fc.array(fc.oneof(scalar, tie('object')), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3, noNullPrototype: true }),
}));
const text = fc.constantFrom('x', 'xy', '5', 'true', '');
const address = fc.constantFrom('203.0.113.5', '10.1.2.3', '2001:DB8:0::1', '::ffff:a01:203', 'x', '');
const optional = { requiredKeys: [] as [] };
const record = fc.record(
  {
    eventName: text,
    readOnly: fc.boolean(),
    sourceIPAddress: address,
    sessionCredentialFromConsole: fc.constantFrom<string | boolean>('true', 'false', true, false),
    userIdentity: fc.record({ type: text, arn: text }, optional),
    requestParameters: json.object,
    resources: fc.array(fc.record({ ARN: text, type: text, accountId: text }, optional), { maxLength: 3 }),
    other: json.value.filter((value) => value !== null),
  },
  optional,
);

const simpleTest: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.record({
    test: fc.constant('equals' as const),
    value: fc.constantFrom('x', 'XY', '5', 'true', '', '70', '70.0', '7e1', '203.0.113.5'),
    ignoreCase: fc.boolean(),
  }),
  fc.record({
    test: fc.constantFrom('prefix' as const, 'suffix' as const),
    value: fc.constantFrom('x', '5', 'Y', 't', ''),
    ignoreCase: fc.boolean(),
  }),
  fc.constantFrom<ValueTest>(
    { test: 'wildcard', pattern: [{ any: 'text' }, { literal: 'y' }] },
    { test: 'wildcard', pattern: [{ literal: 'x' }, { any: 'character' }], ignoreCase: true },
    contains('"a"'),
    { test: 'regex', source: '^[x5]', flags: '' },
    { test: 'number', low: 1, high: 5 },
    { test: 'number', low: 0.5, lowOpen: true },
    { test: 'equals', value: true },
  ),
  fc
    .constantFrom(
      '203.0.113.5',
      '203.0.113.6/30',
      '10.255.0.1/8',
      '2001:db8::1',
      '2001:db8::1/32',
      '0.0.0.0/0',
      '::/0',
    )
    .map(network),
);
const anyTests = fc.oneof(
  { weight: 5, arbitrary: fc.array(simpleTest, { minLength: 1, maxLength: 3 }) },
  fc
    .array(simpleTest, { minLength: 1, maxLength: 2 })
    .map((tests): ValueTest[] => [{ test: 'anything-but', tests }]),
  fc.constantFrom<ValueTest[]>(
    [{ test: 'exists' }],
    [{ test: 'absent' }],
    [{ test: 'absent' }, { test: 'equals', value: 'x' }],
  ),
);
const path = fc.oneof(
  fc.constantFrom(
    ['eventName'],
    ['readOnly'],
    ['sourceIPAddress'],
    ['sessionCredentialFromConsole'],
    ['userIdentity', 'type'],
    ['userIdentity', 'arn'],
    ['resources', 'ARN'],
    ['resources', 'type'],
    ['resources', 'accountId'],
  ),
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
      .map((names) => ['requestParameters'].concat(names)),
  },
  fc.array(fc.constantFrom(...NAMES), { maxLength: 2 }).map((names) => ['other'].concat(names)),
);

function fieldsHold(reads: 'value' | 'text'): fc.Arbitrary<Predicate> {
  const condition = fc.record({ path, reads: fc.constant(reads), anyOf: anyTests });
  return fc
    .uniqueArray(condition, {
      minLength: 1,
      maxLength: reads === 'text' ? 1 : 4,
      selector: ({ path }) => path.join('.'),
    })
    .map((conditions) => ({
      kind: 'fields',
      conditions: conditions.toSorted((a, b) => (a.path.join('.') < b.path.join('.') ? -1 : 1)),
    }));
}

const fields = fc.oneof({ weight: 3, arbitrary: fieldsHold('value') }, fieldsHold('text'));
const predicate: fc.Arbitrary<Predicate> = fc.oneof(
  { weight: 4, arbitrary: fields },
  fields.map((of): Predicate => ({ kind: 'not', of })),
  fc.record({
    kind: fc.constantFrom('all' as const, 'any' as const),
    of: fc.array(fields, { minLength: 1, maxLength: 2 }),
  }),
);

function printed(predicate: Predicate): string {
  return JSON.stringify(predicate, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** Another text of the same number. */
function respelt(json: string, i: number): string {
  return json.replaceAll(/(?<=[:,[])70(?=[,\]}])/g, ['70', '70.0', '7e1'][i % 3] ?? '70');
}

describe('any predicate', () => {
  // SEED, RECORDS and PREDICATES make it another search, or a longer one.
  it('selects the same in the stream, of the lake and in SQL, of any records', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
    const records = fc.sample(record, { numRuns: Number(process.env['RECORDS'] ?? 400), seed });
    const texts = records.map((one, i) =>
      respelt(JSON.stringify({ eventTime: '2026-11-21T10:20:30Z', ...one }), i),
    );
    const mounted = await mount([['any.json', `{"Records":[${texts.join(',')}]}`]]);
    using _table = mounted.table;
    const predicates = fc.sample(predicate, { numRuns: Number(process.env['PREDICATES'] ?? 80), seed });
    const verdicts = await allVerdicts(predicates, mounted, mounted.table);
    for (const [i, verdict] of verdicts.entries()) {
      const one = predicates[i] as Predicate;
      const { stream } = verdict;
      expect(verdict, `seed ${seed}: ${printed(one)}\n${predicateSql(one)}`).toEqual({
        stream,
        rebuilt: stream,
        sql: stream,
      });
    }
  }, 60_000);
});
