import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadQuestions } from '../../cli/question-files.ts';
import { loadRules } from '../../cli/rule-files.ts';
import { DuckdbLake, type BoundValues } from '../../shared/adapters/duckdb-lake.ts';
import { questionNamed } from '../../shared/core/questions/question-set.ts';
import { exampleValues, forDuckdb, questionValues } from '../../shared/core/questions/question-values.ts';
import { parseQuestion } from '../../shared/core/questions/question.ts';
import { ruleSql } from '../../shared/core/rules/predicate-sql.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { memoryLake, type MemoryLake } from '../support/memory-lake.ts';
import { PUBLISHED_TABLES as TABLES } from '../support/published-tables.ts';

const PACK = fileURLToPath(new URL('../../rules', import.meta.url));

/** Published queries, and the library's questions, over Parquet, through the mount that `trailseal query` uses. */
const FOLDER = new URL('../fixtures/published-queries/', import.meta.url);
const QUERIES = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql'));
const QUESTIONS = loadQuestions();

describe('over a sample lake', () => {
  let folder: string;
  let lake: DuckdbLake;
  let memory: MemoryLake;

  const rowsOf = async (sql: string, values: BoundValues = {}): Promise<(readonly unknown[])[]> => {
    const { chunks } = await lake.query(sql, values);
    const rows: (readonly unknown[])[] = [];
    for await (const chunk of chunks) rows.push(...chunk);
    return rows;
  };

  const answer = async (name: string): Promise<readonly (readonly unknown[])[]> => {
    const question = questionNamed(QUESTIONS, name);
    const { sql, values } = forDuckdb(question, questionValues(question, exampleValues(question)));
    return await memory.rows(sql, values);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailseal-published-'));
    for (const { key, body } of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 6, eventsPerHour: 400 })) {
      await mkdir(dirname(join(folder, 'logs', key)), { recursive: true });
      await writeFile(join(folder, 'logs', key), body);
    }
    await ingestFolder([join(folder, 'logs')], join(folder, 'lake'));
    lake = await DuckdbLake.open(join(folder, 'lake'), TABLES);
    memory = await memoryLake(join(folder, 'lake'));
  });

  afterAll(async () => {
    lake[Symbol.dispose]();
    memory[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });

  it.each(QUERIES)('%s runs', async (name) => {
    await expect(rowsOf(await readFile(new URL(name, FOLDER), 'utf8'))).resolves.toBeInstanceOf(Array);
  });

  it.each(QUESTIONS.map(({ name }) => name))('%s finds something with its example values', async (name) => {
    expect(await answer(name)).not.toEqual([]);
  });

  it('questions of evidence select the events of the rule for the same recommendation of CIS', async () => {
    const rules = (await loadRules(PACK))
      .map(({ rule }) => rule)
      .filter(({ definition }) => definition.id.startsWith('cis-4.'));
    const counts: (readonly [rule: string, events: number, expected: number])[] = [];
    for (const { definition, predicate } of rules) {
      const number = definition.id.slice(4, 8).replace('.', '-');
      const question = QUESTIONS.find(({ name }) => name.startsWith(`cis-${number}-`));
      const rows = await answer(question?.name ?? '');
      // Refused calls are many: that question counts them.
      const events = number === '4-01' ? rows.reduce((sum, row) => sum + Number(row[6]), 0) : rows.length;
      counts.push([definition.id, events, (await memory.rows(ruleSql(predicate, ''))).length]);
    }
    expect(counts).toHaveLength(15);
    expect(counts.map(([id, events]) => [id, events])).toEqual(counts.map(([id, , events]) => [id, events]));
  });

  it('a value finds what is equal to it and nothing else, whatever it holds', async () => {
    const text = '-- title: t\n-- task: errors\n-- answers: a\n-- look at: l\n-- param: who string : w';
    const condition = "useridentity.username = :who OR regexp_extract(useridentity.arn, '[^/]+$') = :who";
    const question = parseQuestion(
      't.sql',
      `${text}\nSELECT count(*) FROM cloudtrail_logs WHERE ${condition}`,
    );
    const hostile = fc.string({
      minLength: 1,
      unit: fc.constantFrom("'", '"', ';', '-', '\0', '$', ')', '/', '*', '\n', 'a', '😀'),
    });
    const tried = fc.oneof(
      fc.constantFrom("' OR '1'='1", "'; DROP TABLE cloudtrail_logs; --", '$who', '?'),
      hostile,
    );
    const found = async (who: string): Promise<unknown> => {
      const bound = forDuckdb(question, questionValues(question, new Map([['who', who]])));
      return (await rowsOf(bound.sql, bound.values))[0]?.[0];
    };
    expect(await found('ana.silva')).toBeGreaterThan(0);
    await fc.assert(
      fc.asyncProperty(tried, async (who) => {
        expect(await found(who)).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it('the questions of the demo find the attack that the sample holds', async () => {
    const question = questionNamed(QUESTIONS, 'access-key-from-new-address');
    const { sql, values } = forDuckdb(question, questionValues(question, exampleValues(question)));
    const rows = await rowsOf(sql, values);
    expect(rows).toEqual(await answer(question.name));
    expect(rows.map((row) => row[4])).toContain('CreateAccessKey');
    expect(new Set(rows.map((row) => row[3]))).toEqual(new Set(['203.0.113.251']));
  });

  it('a table of the user’s own name has the projected partition column of the guide', async () => {
    const [row] = await rowsOf(`SELECT count(*) FROM cloudtrail_logs_pp WHERE "timestamp" = '2026/11/01'`);
    const [all] = await rowsOf('SELECT count(*) FROM cloudtrail_logs');
    expect(row).toEqual(all);
  });
});
