import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DirectoryEvidence } from '../../shared/adapters/directory-evidence.ts';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { publicKeysOf } from '../../shared/core/digest-checks.ts';
import { recordText } from '../../shared/core/found-record.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { publicKeyList } from '../../shared/core/list-public-keys.ts';
import { isRow, logFileText, normaliseLogFile } from '../../shared/core/normalise-log-file.ts';
import { findRecords } from '../../shared/core/records.ts';
import { nothingVerified, verify } from '../../shared/jobs/verify.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { exportedCsv, resultCsv, SignedExport } from '../support/lake-export.ts';
import { trailseal } from '../support/run-cli.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';
import { serveKeys } from '../support/serve-keys.ts';
import { hasSharedData, SHARED_DATA } from '../support/shared-data.ts';
import { answerOf, CLOUDTRAIL, SignedTrail } from '../support/signed-trail.ts';

const KEYS = publicKeysOf([answerOf(CLOUDTRAIL)]);

function recordOf(id: string, eventTime: string): string {
  return `{"eventVersion":"1.09","eventTime":"${eventTime}","eventID":"${id}","awsRegion":"us-east-1","recipientAccountId":"111122223333"}`;
}

/** What a log file's records say, byte for byte. */
function textsIn(stored: Uint8Array): string[] {
  const text = logFileText(stored, DEFAULT_LIMITS);
  return Array.from(findRecords(text, DEFAULT_LIMITS), (found) => {
    if (found.kind === 'unreadable') return text.toString('utf8', found.start, found.end);
    const record = recordText(found, text);
    return record.text.toString('utf8', record.start, record.end);
  });
}

async function write(folder: string, objects: SignedExport['objects']): Promise<void> {
  await writeFiles(
    folder,
    [...objects].map(([key, { bytes }]) => [key, bytes] as const),
  );
}

async function rowsOf(lakeRoot: string, sql: string): Promise<unknown[]> {
  using lake = await DuckdbLake.open(lakeRoot);
  const { chunks } = await lake.query(sql);
  return (await Array.fromAsync(chunks)).flat();
}

const GUIDE = readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8');

/** The query of that name in the guide. */
function inGuide(name: string): string {
  const sql = new RegExp(`<!-- test: ${name} -->\\s+\`\`\`\\w*\n(.+?)\`\`\``, 's').exec(GUIDE)?.[1];
  if (sql === undefined) throw new Error(`the guide has no query ${name}`);
  return sql;
}

describe('history from CloudTrail Lake', () => {
  it('comes in beside log files, each event once, those told differently known, and all of it accounted for', async () => {
    const folder = await scratchFolder();
    const [logs, lake] = [join(folder, 'logs'), join(folder, 'lake')];
    const trail = new SignedTrail(2, { account: '111122223333', region: 'us-east-1' }, 'b', (at) => {
      return `{"Records":[${recordOf(String(at), new Date(at).toISOString())}]}`;
    });
    const delivered = trail.logFiles.flatMap((key) => textsIn(trail.objects.get(key)?.bytes ?? Buffer.of()));
    const older = [recordOf('old', '2024-02-29T12:00:00Z'), '{"no":"time"}'];
    const [sameEvent = ''] = delivered.map((text) => text.replaceAll(':"', ': "'));
    const exported = new SignedExport([exportedCsv(older), exportedCsv([...delivered, sameEvent])]);
    await write(logs, new Map([...trail.objects, ...exported.objects]));

    const summary = await ingestFolder([logs], lake);
    expect(summary).toMatchObject({
      logFiles: { found: 9, ingested: 6, skipped: { digest: 2, 'sign-file': 1 } },
      rows: 10,
      quarantined: { records: 1 },
    });
    const union =
      'SELECT (SELECT count(*) FROM cloudtrail_deliveries), (SELECT count(*) FROM cloudtrail_logs)';
    expect(await rowsOf(lake, union)).toEqual([[10, 6]]);
    expect(await rowsOf(lake, inGuide('counts by day'))).toEqual([
      ['2024-02-29', 1],
      ['2026-11-20', 5],
    ]);
    expect(await rowsOf(lake, inGuide('told differently'))).toEqual([['2026-11-20', 1]]);
    expect((await ingestFolder([logs], lake)).logFiles).toMatchObject({ ingested: 0, present: 6 });

    const places = { logs: new DirectoryEvidence(logs), lake: new DirectoryEvidence(lake) };
    const alarms = async (): Promise<string[]> => {
      const found = verify(places, { keys: KEYS, until: undefined }, nothingVerified());
      const all = await Array.fromAsync(found);
      return all.filter(({ severity }) => severity === 'alarm').map(({ code }) => code);
    };
    // Nobody sealed this lake.
    expect(await alarms()).toEqual([]);
    const changed = exportedCsv([recordOf('new', '2024-02-29T12:00:00Z'), '{"no":"time"}']);
    await writeFiles(logs, [[exported.at('result_1.csv.gz'), gzipSync(changed)]]);
    expect(await alarms()).toEqual(expect.arrayContaining(['result-file-changed', 'log-file-in-no-digest']));
  });

  it('is refused as columns', async () => {
    const folder = await scratchFolder();
    const columns = resultCsv(['eventID', 'requestParameters'], [['1', '{bucketName=x}']]);
    await writeFiles(folder, [['result_1.csv', columns]]);
    const { rows, problems } = await ingestFolder([folder], join(folder, 'lake'));
    const problem = 'the file is in quarantine: event-json-missing';
    expect({ rows, problems }).toEqual({ rows: 0, problems: [{ logFile: 'result_1.csv', problem }] });
  });
});

// The real records are licensed data that is not in the repository.
describe.skipIf(!hasSharedData)('real records (skipped where ../shared/data is absent)', () => {
  it('become the same rows from an export as from their log files', () => {
    const folder = join(SHARED_DATA, 'records');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('json'),
    );
    const different: string[] = [];
    let compared = 0;
    for (const name of files) {
      const stored = readFileSync(join(folder, name));
      const exported = gzipSync(exportedCsv(textsIn(stored)), { level: 1 });
      const [fromLogFile, fromExport] = [stored, exported].map((bytes) =>
        [...normaliseLogFile('x.json.gz', bytes, DEFAULT_LIMITS)].filter(isRow).map(({ row }) => row),
      );
      if (!isDeepStrictEqual(fromExport, fromLogFile)) different.push(name);
      compared += fromExport?.length ?? 0;
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
  });
});

/** An `aws` of version 2: version 1, which the tests' Python has, can't verify query results, and 2 isn't on PyPI. */
const AWS_CLI_2 = process.env['TRAILSEAL_AWS_CLI_2'];

describe.skipIf(AWS_CLI_2 === undefined)(
  'AWS’s own verify-query-results (skipped without TRAILSEAL_AWS_CLI_2)',
  () => {
    it('says the same as trailseal verify of an export, and of what was done to it', async () => {
      const folder = await scratchFolder();
      const keys = join(folder, 'keys.json');
      const answer = publicKeyList([answerOf(CLOUDTRAIL)], (time) => new Date(time).toISOString());
      await writeFiles(folder, [['keys.json', JSON.stringify(answer)]]);
      const served = await serveKeys(['--public-keys', keys]);
      const attacks: readonly ((exported: SignedExport) => void)[] = [
        () => undefined,
        (exported) => exported.objects.set('result_1.csv.gz', { bytes: gzipSync('eventJson\n') }),
        (exported) => {
          exported.write({ ...exported.fields(), hashSignature: 'ab'.repeat(256) });
        },
        (exported) => {
          exported.write({ ...exported.fields(), files: exported.fields().files.slice(0, 1) });
        },
      ];
      const verdicts: unknown[] = [];
      for (const [i, attack] of attacks.entries()) {
        const exported = new SignedExport(
          [exportedCsv([recordOf('1', '2024-02-29T12:00:00Z')]), exportedCsv([])],
          '',
        );
        attack(exported);
        const place = join(folder, String(i));
        await write(place, exported.objects);
        const args = ['--local-export-path', place, '--region', 'us-east-1', '--endpoint-url', served.url];
        const theirs = spawnSync(AWS_CLI_2 ?? '', ['cloudtrail', 'verify-query-results', ...args], {
          env: {
            ...process.env,
            AWS_ACCESS_KEY_ID: 'test',
            AWS_SECRET_ACCESS_KEY: 'test',
            AWS_CONFIG_FILE: '/dev/null',
          },
          encoding: 'utf8',
        });
        const ours = await trailseal(['verify', place, '--public-keys', keys]);
        verdicts.push([theirs.status, theirs.stderr.includes('ValidationError'), ours.code]);
      }
      await served.stop();
      expect(verdicts).toEqual([
        [0, false, 0],
        [255, true, 4],
        [255, true, 4],
        [255, true, 4],
      ]);
    }, 300_000);
  },
);
