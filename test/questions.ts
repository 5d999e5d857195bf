import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { COSTS_FILE } from '../cli/question-costs.ts';
import { loadQuestions } from '../cli/question-files.ts';
import { questionsMarkdown } from '../cli/output/questions-markdown.ts';
import { columnsRead } from '../shared/core/questions/columns-read.ts';
import { fingerprint, QUESTION_COSTS, type QuestionCosts } from '../shared/core/questions/question-costs.ts';
import { athenaSql } from '../shared/core/questions/question-values.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../shared/core/sample/sample-log-files.ts';
import { ingestFolder } from './support/ingest-folder.ts';
import { writeFiles } from './support/scratch-folder.ts';

/**
 * `npm run questions`: measures what each question reads of the demo's sample lake, and writes queries/costs.json and docs/questions.md.
 * `--check` writes nothing, and fails where a figure is off by more than one in a hundred or the page is another.
 */

const PAGE = new URL('../docs/questions.md', import.meta.url);
const SAMPLE = { ...DEFAULT_SAMPLE_OPTIONS, hours: 48, eventsPerHour: 1000 };

function* sampleFiles(): Generator<readonly [string, Uint8Array]> {
  for (const { key, body } of sampleLogFiles(SAMPLE)) yield [key, body];
}

/** The compressed bytes of every leaf column of a lake, by its path (`useridentity.arn`), over all objects. */
async function columnBytes(
  lake: string,
): Promise<{ leaves: Map<string, number>; objects: number; rows: number }> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const files = `'${lake.replaceAll("'", "''")}/events/**/*.parquet'`;
  const read = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const leaves = await read(
    `SELECT replace(path_in_schema, ', ', '.') AS leaf, sum(total_compressed_size) AS bytes FROM parquet_metadata(${files}) GROUP BY 1`,
  );
  const [total] = await read(
    `SELECT count(*) AS objects, sum(num_rows) AS rows FROM parquet_file_metadata(${files})`,
  );
  connection.closeSync();
  return {
    leaves: new Map(leaves.map(({ leaf, bytes }) => [String(leaf), Number(bytes)])),
    objects: Number(total?.['objects']),
    rows: Number(total?.['rows']),
  };
}

async function measure(): Promise<QuestionCosts> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-questions-'));
  try {
    await writeFiles(join(folder, 'logs'), sampleFiles());
    await ingestFolder([join(folder, 'logs')], join(folder, 'lake'));
    const { leaves, objects, rows } = await columnBytes(join(folder, 'lake'));
    const sum = (test: (leaf: string) => boolean): number =>
      [...leaves].reduce((all, [leaf, bytes]) => all + (test(leaf) ? bytes : 0), 0);
    const questions = loadQuestions().map((question) => {
      const sql = athenaSql(question);
      const columns = columnsRead(sql);
      const isRead = (leaf: string): boolean =>
        columns.some((column) => leaf === column || leaf.startsWith(`${column}.`));
      // Whoever asks the table twice reads it twice.
      const readings = sql.match(/FROM cloudtrail_logs/g)?.length ?? 0;
      return [question.name, { sql: fingerprint(question), bytes: readings * sum(isRead) }] as const;
    });
    return { lake: { rows, objects, bytes: sum(() => true) }, questions: Object.fromEntries(questions) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function changed(before: QuestionCosts, now: QuestionCosts): string[] {
  const off = (a = 0, b = 0): boolean => Math.abs(a - b) > 0.01 * Math.max(a, b);
  const names = new Set([...Object.keys(before.questions), ...Object.keys(now.questions)]);
  return [...names].filter((name) => {
    const [old, measured] = [before.questions[name], now.questions[name]];
    return old?.sql !== measured?.sql || off(old?.bytes, measured?.bytes);
  });
}

const now = await measure();
const page = questionsMarkdown(loadQuestions(), now);
if (process.argv.includes('--check')) {
  const kept = QUESTION_COSTS.parse(JSON.parse(await readFile(COSTS_FILE, 'utf8')));
  const others = changed(kept, now);
  const stale = (await readFile(PAGE, 'utf8')) !== questionsMarkdown(loadQuestions(), kept);
  if (others.length > 0) console.error(`other figures now: ${others.join(', ')}`);
  if (stale) console.error('docs/questions.md is not what the questions say');
  if (stale || others.length > 0) {
    console.error('npm run questions writes both anew');
    process.exitCode = 1;
  }
} else {
  await writeFile(COSTS_FILE, `${JSON.stringify(now, null, 2)}\n`);
  await writeFile(PAGE, page);
}
