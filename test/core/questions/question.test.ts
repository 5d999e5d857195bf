import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadQuestions } from '../../../cli/question-files.ts';
import { columnsRead } from '../../../shared/core/questions/columns-read.ts';
import { questionNamed, questionsOfFiles } from '../../../shared/core/questions/question-set.ts';
import {
  athenaSql,
  exampleValues,
  forAthena,
  forDuckdb,
  paramLine,
  questionValues,
} from '../../../shared/core/questions/question-values.ts';
import { looksLikeQuestion, parseQuestion, type Question } from '../../../shared/core/questions/question.ts';
import { tokenize } from '../../../shared/core/sql-tokens.ts';

const HEADER = [
  '-- title: Who came?',
  '-- task: sign-ins',
  '-- answers: everybody,',
  '--   in order',
  '-- look at: strangers',
  "-- param: who string = o'hara : a user: the name",
  '-- param: at_least integer : how many',
];
const SQL =
  'SELECT eventname FROM cloudtrail_logs\nWHERE useridentity.username = :who AND recordindex >= :at_least';

const parse = (header: readonly string[] = HEADER, sql = SQL): Question =>
  parseQuestion('queries/who-came.sql', [...header, sql].join('\n'));
const without = (start: string): string[] => HEADER.filter((line) => !line.startsWith(start));
const values = (given: Readonly<Record<string, string>>): ReturnType<typeof questionValues> =>
  questionValues(parse(), new Map(Object.entries(given)));

describe("a question's file", () => {
  it('has a title, a task, what it answers and what to look at, parameters and SQL', () => {
    expect(parse()).toMatchObject({
      name: 'who-came',
      title: 'Who came?',
      task: 'sign-ins',
      answers: 'everybody, in order',
      lookAt: 'strangers',
      params: [
        { name: 'who', type: 'string', example: "o'hara", meaning: 'a user: the name' },
        { name: 'at_least', type: 'integer', example: undefined, meaning: 'how many' },
      ],
      sql: { places: ['who', 'at_least'] },
    });
  });

  it('takes :name for a parameter, but not in a literal, a quoted name or a comment', () => {
    const literals = `SELECT ':who', ":who" -- :who\nFROM cloudtrail_logs /* :who */ WHERE a = :who AND b >= :at_least AND c::varchar = ':at_least'`;
    expect(athenaSql(parse(HEADER, literals))).toBe(
      literals.replace('a = :who', 'a = ?').replace('b >= :at_least', 'b >= ?'),
    );
  });

  it('may use a parameter more than once, in subqueries too', () => {
    const sql = `WITH a AS (SELECT 1 AS n FROM t WHERE x = :who)
SELECT n FROM a JOIN (SELECT 2 AS m FROM t WHERE upper(y) = upper(:who)) AS b ON a.n = b.m WHERE n IN (:at_least, 3)`;
    expect(parse(HEADER, sql).sql.places).toEqual(['who', 'who', 'at_least']);
  });

  it.each([
    ['lacks its title', without('-- title'), SQL, ':1: the line "-- title: …" is missing'],
    ['has its task twice', [...HEADER, '-- task: sign-ins'], SQL, ':8: "task" stands twice'],
    ['is about no known task', ['-- task: gossip', ...without('-- task')], SQL, ':1: "gossip" is no task'],
    ['has a line nobody knows', [...HEADER, '-- author: me'], SQL, ':8: "author" is not known'],
    ['has a line without a name', [...HEADER, '-- hello'], SQL, ':8: a line of the header'],
    ['has a parameter without a meaning', [...HEADER, '-- param: x string'], SQL, ':8: a parameter is'],
    [
      'has a parameter of no type',
      [...HEADER, '-- param: x text : y'],
      SQL,
      ':8: text is no type: string, day, integer',
    ],
    ['has a parameter twice', [...HEADER, '-- param: who string : y'], SQL, ':8: parameter who stands twice'],
    ['does not use a parameter', [...HEADER, '-- param: x string : y'], SQL, ':8: parameter x is not used'],
    ['uses one it does not have', HEADER, `${SQL}\nAND a = :b`, ':10: :b is no parameter'],
    [
      'has a parameter where Athena takes none',
      HEADER,
      `${SQL}\nLIMIT :at_least`,
      ':10: :at_least stands outside WHERE',
    ],
    ['has one in what it selects', HEADER, SQL.replace('eventname', ':who'), ':8: :who stands outside WHERE'],
    [
      'has one in a join',
      HEADER,
      'SELECT 1 FROM a JOIN b ON c = :who WHERE d = :at_least',
      ':8: :who stands outside WHERE',
    ],
    ['has a mark of its own', HEADER, `${SQL} AND a = ?`, ':9: a question mark'],
    [
      'has a mark in a literal, which the console counts',
      HEADER,
      `${SQL} AND a = '?'`,
      ':9: a question mark',
    ],
    ['has two statements', HEADER, `${SQL}; SELECT 1`, ':9: a question is one SELECT'],
    ['has no SQL', HEADER, '', ':8: a question is one SELECT'],
  ])('is refused, with its line, where it %s', (_, header, sql, message) => {
    expect(() => parse(header, sql)).toThrow(`queries/who-came.sql${message}`);
  });

  it('is refused where it sends the reader to a question that is not there', () => {
    const text = [...without('-- look at'), '-- look at: `nobody-knows`', SQL].join('\n');
    expect(() => questionsOfFiles([{ path: 'queries/a.sql', text }])).toThrow(
      'queries/a.sql:1: "look at" names nobody-knows, which is no question',
    );
  });

  it('is told from plain SQL by its title', () => {
    expect(looksLikeQuestion([...HEADER, SQL].join('\n'))).toBe(true);
    expect(looksLikeQuestion('-- What is this?\nSELECT 1')).toBe(false);
  });
});

describe('values', () => {
  it('are bound by name in DuckDB and in the order of use in Athena, where text stands in quotes', () => {
    const given = values({ who: "o'hara", at_least: '-7' });
    expect(forDuckdb(parse(), given)).toEqual({
      sql: SQL.replace(':who', '$who').replace(':at_least', '$at_least'),
      values: { who: "o'hara", at_least: -7 },
    });
    expect(forAthena(parse(), given)).toEqual({
      sql: SQL.replace(':who', '?').replace(':at_least', '?'),
      parameters: ["'o''hara'", '-7'],
    });
  });

  it.each([
    [{ who: 'x' }, /needs a value for:\n {2}at_least \(integer\): how many$/],
    [
      { at_least: '1' },
      /needs a value for:\n {2}who \(string\): a user: the name; such as --param 'who=o'\\''hara'$/,
    ],
    [{ who: 'x', at_least: '1', which: 'y' }, /has no parameter which; it takes who, at_least/],
    [{ who: '', at_least: '1' }, /who is a text/],
    [{ who: 'x', at_least: '1.5' }, /at_least is a whole number \(how many\), and "1.5" is none/],
    [{ who: 'x', at_least: '9007199254740993' }, /at_least is a whole number/],
    [{ who: 'x', at_least: '1 OR 1=1' }, /at_least is a whole number/],
  ])('that are wrong or missing are told by name, type, meaning and example: %j', (given, message) => {
    expect(() => values(given)).toThrow(message);
  });

  it.each(['2026-02-30', '2026-1-1', "2026-01-01' OR '1'='1", '', 'today', '+002026-01-01'])(
    'of type day are days of the calendar, and %j is none',
    (day) => {
      const header = [...HEADER.slice(0, 5), '-- param: at_least day : a day'];
      const question = parse(header, 'SELECT 1 FROM t WHERE day >= :at_least');
      expect(() => questionValues(question, new Map([['at_least', day]]))).toThrow(
        'at_least is a day of the calendar',
      );
    },
  );

  it('never become more than one literal, whatever they hold', () => {
    const hostile = fc.string({
      unit: fc.constantFrom("'", '"', '\\', ';', '-', '\0', '?', ')', '/', '*', '\n', 'a', '\ud800', '😀'),
    });
    const texts = fc.oneof(hostile, fc.string({ unit: 'binary' })).filter((text) => text !== '');
    fc.assert(
      fc.property(texts, (who) => {
        const { sql, parameters } = forAthena(parse(), values({ who, at_least: '1' }));
        expect(sql).toBe(athenaSql(parse()));
        const { tokens, after } = tokenize(parameters[0] ?? '');
        const kinds = tokens
          .filter(({ text }) => !['(', ')', '||', 'chr', '0'].includes(text))
          .map(({ kind }) => kind);
        expect(new Set(kinds)).toEqual(new Set(['string']));
        expect(after + tokens.map(({ before }) => before).join('')).toMatch(/^ *$/);
        const text = tokens
          .map((token) =>
            token.kind === 'string'
              ? token.text.slice(1, -1).replaceAll("''", "'")
              : token.text === 'chr'
                ? '\0'
                : '',
          )
          .join('');
        expect(text).toBe(who.toWellFormed());
      }),
    );
  });

  it('that are too long for Athena are refused before they are sent', () => {
    const longest = values({ who: 'a'.repeat(1022), at_least: '1' });
    expect(forAthena(parse(), longest).parameters[0]).toHaveLength(1024);
    expect(() => forAthena(parse(), values({ who: 'a'.repeat(1023), at_least: '1' }))).toThrow(
      /who is too long: .*1024.*1025/,
    );
  });
});

describe('a name that no question has', () => {
  it('is answered with the nearest', () => {
    expect(() => questionNamed([parse()], 'who-camee')).toThrow(
      /there is no question who-camee; did you mean who-came\?/,
    );
  });
});

describe('the library', () => {
  const questions = loadQuestions();
  const periods =
    /FROM cloudtrail_logs(?:\nJOIN [^\n]+)?\n *WHERE year \|\| '-' \|\| month \|\| '-' \|\| day BETWEEN \? AND \?\n +AND year BETWEEN substr\(\?, 1, 4\) AND substr\(\?, 1, 4\)\n/g;

  it('has at least forty questions, about every task', () => {
    expect(questions.length).toBeGreaterThanOrEqual(40);
    expect(new Set(questions.map(({ task }) => task)).size).toBe(16);
  });

  it.each(questions.map((question) => [question.name, question] as const))(
    '%s can be asked as it stands',
    (_, question) => {
      const sql = athenaSql(question);
      // Every parameter has an example, which is a value of its type.
      expect(questionValues(question, exampleValues(question)).size).toBe(question.params.length);
      // Every reading of the table is of the days asked for, by conditions on partition columns that the catalogue understands.
      expect([...sql.matchAll(/FROM cloudtrail_logs/g)]).toHaveLength([...sql.matchAll(periods)].length);
      // Two fifths of the bytes are identifiers; nobody asks for all columns.
      expect(
        columnsRead(sql).filter((column) => ['eventid', 'requestid', 'recordhash'].includes(column)),
      ).toEqual([]);
      expect(sql).not.toMatch(/SELECT\s+\*/i);
      // What Athena's console takes.
      expect(question.sql.places.length).toBeLessThanOrEqual(25);
      expect(sql.split('?').length - 1).toBe(question.sql.places.length);
      // The reader is sent on to another question, not to this one.
      expect(question.lookAt).toMatch(/`[a-z0-9-]+`/);
      expect(question.lookAt).not.toContain(`\`${question.name}\``);
      // In an order that another run, and another engine, would give too.
      expect(sql).toMatch(/\nORDER BY [^()]+$/);
      for (const param of question.params) expect(paramLine(param).length).toBeLessThan(160);
    },
  );
});

describe('the columns that a query reads', () => {
  it('are those it names: fields of structures by their path, no partitions, no literals', () => {
    const sql =
      "SELECT useridentity.sessioncontext.sessionissuer.arn, count(*) AS n, r.arn FROM t CROSS JOIN UNNEST(resources) AS u(r) WHERE day = '01' AND EventName = 'errorcode' -- useragent";
    expect(columnsRead(sql)).toEqual([
      'eventname',
      'resources',
      'useridentity.sessioncontext.sessionissuer.arn',
    ]);
  });
});
