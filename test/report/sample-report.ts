import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { trailseal } from '../support/run-cli.ts';

/** The second of two days of the sample as the command reports on it: ingested, not sealed, rules and all. */
export async function sampleReport(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-report-'));
  try {
    for (const { key, body } of sampleLogFiles({
      ...DEFAULT_SAMPLE_OPTIONS,
      hours: 48,
      eventsPerHour: 300,
    })) {
      const path = join(folder, 'logs', key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, body);
    }
    const [logs, lake, out] = ['logs', 'lake', 'report.html'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await run(['ingest', logs, '--lake', lake]);
    await run(['report', '--lake', lake, '--from', '2026-11-02', '--to', '2026-11-03', '--out', out]);
    return (await readFile(out, 'utf8')).replaceAll(lake, 'demo/lake');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { code, stderr } = await trailseal(args);
  if (code !== 0) throw new Error(`trailseal ${args.join(' ')} failed: ${stderr}`);
}
