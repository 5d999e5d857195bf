import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listQuestions } from '../../cli/list-questions.ts';
import { questionsMarkdown } from '../../cli/output/questions-markdown.ts';
import { loadCosts } from '../../cli/question-costs.ts';
import { loadQuestions } from '../../cli/question-files.ts';
import { askedFor } from '../../cli/query-text.ts';
import { costOf } from '../../shared/core/questions/question-costs.ts';
import { TASKS } from '../../shared/core/questions/question.ts';
import { execution, resultPage, startAthenaStub } from '../support/athena-stub.ts';
import { trailseal } from '../support/run-cli.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const NOW = new Date('2026-11-21T23:30:00Z');
const PERIOD = ['from_day=7d', 'to_day=today'];

describe('what a command line asks for', () => {
  it('is a question where it is one word, with days as calendars and people say them', async () => {
    const asked = await askedFor('root-use', { param: PERIOD }, NOW);
    expect(asked.athena()).toMatchObject({
      parameters: ["'2026-11-14'", "'2026-11-21'", "'2026-11-14'", "'2026-11-21'"],
    });
    expect(asked.duckdb().values).toEqual({ from_day: '2026-11-14', to_day: '2026-11-21' });
  });

  it('takes the examples of the file, and what is given instead of one', async () => {
    const asked = await askedFor('access-key-activity', { param: ['to_day=2026-11-07'], example: true }, NOW);
    expect(asked.duckdb().values).toEqual({
      access_key: 'AKIANPAIB7TANEXAMPLE',
      from_day: '2026-11-01',
      to_day: '2026-11-07',
    });
  });

  it('takes a value with equals signs, quotes and spaces as it is', async () => {
    const asked = await askedFor('user-agent-activity', { param: [...PERIOD, "tool=a=b ' c"] }, NOW);
    expect(asked.duckdb().values['tool']).toBe("a=b ' c");
    expect(asked.athena().parameters.at(-1)).toBe("'a=b '' c'");
  });

  it('is plain SQL otherwise, unchanged and without values', async () => {
    const asked = await askedFor('SELECT 1 -- :x ?', { param: [] }, NOW);
    expect(asked.athena()).toEqual({ sql: 'SELECT 1 -- :x ?', parameters: [] });
    expect(asked.duckdb()).toEqual({ sql: 'SELECT 1 -- :x ?', values: {} });
  });

  it("is a question of one's own where a file has the header of one, and says what is wrong with it", async () => {
    const file = join(await scratchFolder(), 'mine.sql');
    const header =
      '-- title: Mine\n-- task: errors\n-- answers: a\n-- look at: l\n-- param: code string : an error code\n';
    await writeFile(file, `${header}SELECT 1 FROM cloudtrail_logs WHERE errorcode = :code`);
    const asked = await askedFor(undefined, { param: ['code=Throttled'], file }, NOW);
    expect(asked.duckdb()).toEqual({
      sql: 'SELECT 1 FROM cloudtrail_logs WHERE errorcode = $code',
      values: { code: 'Throttled' },
    });
    await writeFile(file, `${header}SELECT :code`);
    await expect(askedFor(undefined, { param: [], file }, NOW)).rejects.toThrow(
      `${file}:6: :code stands outside WHERE`,
    );
  });

  it.each([
    [
      'access-key-activty',
      [],
      /no question access-key-activty; did you mean access-key-activity\?[\s\S]*--list/,
    ],
    [
      'root-use',
      ['from_day=7d'],
      /root-use needs a value for:\n {2}to_day \(day\): last UTC day; such as --param to_day=2026-11-02$/,
    ],
    ['root-use', [...PERIOD, 'user=x'], /root-use has no parameter user; it takes from_day, to_day/],
    ['root-use', ['from_day'], /--param takes name=value, and "from_day" has no name or no =/],
    [
      'root-use',
      ['from_day=yesterday', 'to_day=today'],
      /from_day is a day of the calendar such as 2026-11-21 .* "yesterday" is none/,
    ],
    ['SELECT 1', ['a=b'], /--param and --example are for questions/],
  ])('%s with %j is refused, and how to ask is told', async (given, param, message) => {
    await expect(askedFor(given, { param }, NOW)).rejects.toThrow(message);
  });
});

describe('the list', () => {
  it('has every question under its task, with its parameters and what it reads', () => {
    const text = listQuestions(undefined, false);
    for (const task of TASKS)
      expect(text).toContain(`\n${task}\n`.replace(/^\n/, task === TASKS[0] ? '' : '\n'));
    expect(text).toMatch(
      / {2}access-key-activity +What did this access key do\?\n +access_key, from_day \(day\), to_day \(day\); reads [\d.]+ kB, \$0\.00005 on Athena\n/,
    );
    expect(text).not.toContain('not measured');
  });

  it('tells one question in full, with a command line to copy and its SQL', () => {
    const text = listQuestions('access-key-activity', false);
    expect(text).toContain(
      'trailseal query access-key-activity --param access_key=AKIANPAIB7TANEXAMPLE --param from_day=2026-11-01 --param to_day=2026-11-02',
    );
    expect(text).toContain(
      'values in this order: from_day, to_day, from_day, to_day, access_key:\nSELECT eventsource',
    );
  });

  it('is JSON for programs', () => {
    const list = JSON.parse(listQuestions(undefined, true)) as { name: string; cost: { bytes: number } }[];
    expect(list).toHaveLength(loadQuestions().length);
    expect(list.find(({ name }) => name === 'root-use')?.cost.bytes).toBeGreaterThan(0);
  });
});

describe('docs/questions.md', () => {
  it('is what the questions and their figures say; npm run questions writes it anew', async () => {
    const page = await readFile(new URL('../../docs/questions.md', import.meta.url), 'utf8');
    expect(page).toBe(questionsMarkdown(loadQuestions(), loadCosts()));
  });

  it('has figures of every question as it is now', () => {
    const [questions, costs] = [loadQuestions(), loadCosts()];
    expect(questions.filter((question) => costOf(question, costs) === undefined)).toEqual([]);
    expect(Object.keys(costs.questions).sort()).toEqual(questions.map(({ name }) => name).sort());
  });
});

describe('trailseal query', () => {
  it('asks Athena with the values beside the text', async () => {
    await using stub = await startAthenaStub(({ action }) => {
      if (action === 'StartQueryExecution') return { QueryExecutionId: 'q-1' };
      if (action === 'GetQueryExecution') return execution('SUCCEEDED');
      return resultPage([['n', 'varchar']], [['n'], ['1']]);
    });
    const args = [
      '--param',
      "address=' OR 1=1",
      '--param',
      'from_day=2026-11-01',
      '--param',
      'to_day=2026-11-02',
    ];
    const result = await trailseal(['query', '-w', 'w', 'address-activity', '--json', ...args], stub.env);
    expect({ code: result.code, rows: JSON.parse(result.stdout) as unknown }).toEqual({
      code: 0,
      rows: [{ n: '1' }],
    });
    const { QueryString: sql, ExecutionParameters: values } = stub.calls[0]?.input ?? {};
    expect(values).toEqual(["'2026-11-01'", "'2026-11-02'", "'2026-11-01'", "'2026-11-02'", "''' OR 1=1'"]);
    expect(String(sql).match(/\?/g)).toHaveLength(5);
  });

  it('tells a slip without a stack, with the exit code of one', async () => {
    const { code, stderr } = await trailseal(['query', 'root-use', '--param', 'from_day=2026-11-01']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^trailseal: root-use needs a value for:\n {2}to_day/) as string,
    });
  });
});
