import { mkdir, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { questionNamed } from '../../shared/core/questions/question-set.ts';
import { exampleValues, forDuckdb, questionValues } from '../../shared/core/questions/question-values.ts';
import { bytes, count } from '../output/human.ts';
import { ingestReport } from '../output/ingest-report.ts';
import { runIngest } from '../run-ingest.ts';
import { sealDemo } from '../seal-demo.ts';
import { loadQuestions } from '../question-files.ts';
import { table } from './query.ts';

const QUESTIONS = [
  'root-use',
  'denied-by-principal',
  'new-access-keys',
  'sign-ins-without-mfa',
  'access-key-from-new-address',
] as const;

export function demoCommand(): Command {
  return new Command('demo')
    .summary('sample logs in, five answers out')
    .description(
      'Makes two days of sample log files, ingests them and answers the five questions an analyst would ask first. Needs no AWS account.',
    )
    .argument('[dir]', 'where logs and lake go', 'demo')
    .addHelpText('after', '\nExample:\n  trailseal demo ./try-it')
    .action(async (dir: string) => {
      const logs = join(dir, 'logs');
      const lake = join(dir, 'lake');
      console.log(await makeLogs(logs));
      const flags = {
        lake,
        jobs: availableParallelism(),
        maxLogFileMb: DEFAULT_LIMITS.logFileBytes / 1024 / 1024,
      };
      const { summary, seconds } = await runIngest([logs], flags);
      console.log(ingestReport(summary, seconds));
      console.log(await sealDemo(lake, join(dir, 'seal-key.pem'), join(dir, 'public-keys.json')));
      await answer(lake);
      console.log(nextSteps(dir));
    });
}

/** Writes the sample once. The marker comes last and stands beside the logs: a sample that was cut off is made again. */
async function makeLogs(logs: string): Promise<string> {
  const marker = `${logs}.complete`;
  if ((await stat(marker).catch(() => undefined)) !== undefined)
    return `sample log files are in ${logs} already`;
  let files = 0;
  let size = 0;
  for (const { key, body } of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 48, eventsPerHour: 1000 })) {
    const path = join(logs, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    files += 1;
    size += body.length;
  }
  await writeFile(marker, '');
  return `${count(files, 'sample log file')} (${bytes(size)} gzipped) made in ${logs}`;
}

async function answer(root: string): Promise<void> {
  using lake = await DuckdbLake.open(root);
  const questions = loadQuestions();
  for (const name of QUESTIONS) {
    const question = questionNamed(questions, name);
    const { sql, values } = forDuckdb(question, questionValues(question, exampleValues(question)));
    const rows = await table(await lake.query(sql, values), 8, `trailseal query ${name}`);
    console.log(`\n${question.title}  (queries/${name}.sql)\n${rows}`);
  }
}

function nextSteps(dir: string): string {
  const [lake, logs, keys] = [join(dir, 'lake'), join(dir, 'logs'), join(dir, 'public-keys.json')];
  return `
Now try it on your own log files:
  npx trailseal ingest <folder, files or s3://bucket/AWSLogs/> --lake mylake
  npx trailseal status --lake mylake
  npx trailseal lookup --lake mylake --user alice --read-only false
  npx trailseal query --list
  npx trailseal query denied-by-principal --lake mylake --param from_day=90d --param to_day=today
or ask the sample more:
  npx trailseal query access-key-timeline --lake ${lake} --example
  npx trailseal lookup --lake ${lake} --error AccessDenied --limit 20
or change any file of the sample or its lake, and see it named:
  npx trailseal verify ${logs} --lake ${lake} --public-keys ${keys}`;
}
