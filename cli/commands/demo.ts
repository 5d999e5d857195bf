import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { bytes, count } from '../output/human.ts';
import { ingestReport } from '../output/ingest-report.ts';
import { runIngest } from '../run-ingest.ts';
import { sealDemo } from '../seal-demo.ts';
import { table } from './query.ts';

const QUESTIONS = [
  'root-use',
  'denied-by-principal',
  'new-access-keys',
  'sign-ins-without-mfa',
  'access-key-from-new-address',
] as const;

const QUERIES = new URL('../../queries/', import.meta.url);

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
  for (const name of QUESTIONS) {
    const sql = await readFile(new URL(`${name}.sql`, QUERIES), 'utf8');
    console.log(`\n${titleOf(sql)}  (queries/${name}.sql)\n${await table(await lake.query(sql), 25)}`);
  }
}

function titleOf(sql: string): string {
  return /^-- title: (.+)$/m.exec(sql)?.[1] ?? 'Untitled';
}

function nextSteps(dir: string): string {
  const [lake, logs, keys] = [join(dir, 'lake'), join(dir, 'logs'), join(dir, 'public-keys.json')];
  return `
Now try it on your own log files:
  npx trailseal ingest <folder, files or s3://bucket/AWSLogs/> --lake mylake
  npx trailseal status --lake mylake
  npx trailseal lookup --lake mylake --user alice --read-only false
  npx trailseal query --lake mylake --file queries/denied-by-principal.sql
or ask the sample more:
  npx trailseal lookup --lake ${lake} --error AccessDenied --limit 20
or change any file of the sample or its lake, and see it named:
  npx trailseal verify ${logs} --lake ${lake} --public-keys ${keys}`;
}
