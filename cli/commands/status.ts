import { resolve } from 'node:path';
import { Command } from 'commander';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { status, type LakeStatus } from '../../shared/jobs/status.ts';
import { lakeOption } from '../options.ts';
import { bytes, count, printable } from '../output/human.ts';

export function statusCommand(): Command {
  return new Command('status')
    .summary('what the lake holds')
    .description(
      'Tells what the lake holds: log files, events, days, accounts, regions, and what is in quarantine.',
    )
    .addOption(lakeOption())
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  trailseal status --lake ./lake --json')
    .action(async (flags: { readonly lake: string; readonly json?: true }) => {
      using lake = await DuckdbLake.open(flags.lake);
      const found = await status(new DirectoryStore(resolve(flags.lake)));
      const { chunks } = await lake.queryNatively(COUNTS, {});
      let [events, deliveries] = [0, 0];
      for await (const [row] of chunks) [events, deliveries] = [Number(row?.[0]), Number(row?.[1])];
      console.log(
        flags.json === true
          ? JSON.stringify({ ...found, events, deliveries })
          : describe(found, events, deliveries),
      );
    });
}

/** Counted in the lake itself: rows of a batch are there before its receipts. */
const COUNTS = 'SELECT (SELECT count(*) FROM cloudtrail_logs), (SELECT count(*) FROM cloudtrail_deliveries)';

function describe(found: LakeStatus, events: number, deliveries: number): string {
  const { days, quarantined, bytes: size } = found;
  const reasons = Object.entries(quarantined.byReason).map(([reason, n]) => `${printable(reason)} ${n}`);
  const lines = [
    [
      'events',
      `${count(events, 'event')}, each counted once (${count(deliveries, 'delivery', 'deliveries')})`,
    ],
    ['from', found.oldestEventTime ?? '–'],
    ['to', found.newestEventTime ?? '–'],
    ['days', days.first === null ? '–' : `${days.count} (${days.first} to ${days.last})`],
    ['accounts', listed(found.accounts)],
    ['regions', listed(found.regions)],
    [
      'log files',
      `${count(found.logFiles, 'log file')}, ${bytes(size.stored)} as stored, ${bytes(size.text)} of JSON`,
    ],
    ['lake', `${count(found.parquetObjects, 'Parquet object')}, ${bytes(size.parquet)}`],
    [
      'quarantine',
      `${count(quarantined.files, 'file')}, ${count(quarantined.records, 'record')}` +
        (reasons.length > 0 ? ` (${reasons.join(', ')})` : ''),
    ],
  ] as const;
  const text = lines.map(([name, value]) => `${name.padStart(10)}  ${value}`).join('\n');
  if (found.unfinishedBatches === 0) return text;
  return `${text}\n${count(found.unfinishedBatches, 'batch is', 'batches are')} unfinished: a run is under way, or one was cut off. Ingest the same log files again to finish.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return `${names.length} (${shown}${names.length > 8 ? ', …' : ''})`;
}
