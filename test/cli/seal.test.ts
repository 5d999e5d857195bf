import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { RECEIPTS } from '../../shared/core/lake-keys.ts';
import { CHAIN } from '../../shared/core/seal-format.ts';
import type { SealSummary } from '../../shared/jobs/seal.ts';
import { emulatedAws, emptyBucket } from '../support/emulated-aws.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { kmsKey } from '../support/kms-key.ts';
import { trailseal, type CliResult } from '../support/run-cli.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';
import { keyOf, logFileOf, recordOf } from '../support/small-log-files.ts';

const env = emulatedAws();

const PLACE = { account: 0, region: 0, day: 0, number: 0 };
const { key: logFile, bytes } = logFileOf(keyOf(PLACE), [recordOf(PLACE, 0)]);

const summaryOf = ({ stdout }: CliResult): SealSummary => JSON.parse(stdout) as SealSummary;

describe('trailseal seal', () => {
  let folder: string;
  let lake: string;
  let keyFile: string;

  const seal = (...args: string[]): Promise<CliResult> =>
    trailseal(['seal', '--lake', lake, ...args], { ...env, HOME: folder, TRAILSEAL_KEY_FILE: keyFile });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailseal-seal-'));
    lake = join(folder, 'lake');
    keyFile = join(folder, 'keys', 'seal.pem');
    await writeFiles(join(folder, 'logs'), [[logFile, bytes]]);
    await ingestFolder([join(folder, 'logs')], lake);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('refuses what is no lake, and a key that lies in the lake, before anything is made', async () => {
    const none = await seal('--lake', join(folder, 'logs'));
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('Bring log files in first: trailseal ingest');
    await symlink(lake, join(folder, 'link'));
    for (const key of [join(lake, 'k.pem'), join(folder, 'link', 'keys', 'k.pem')]) {
      const inside = await seal('--key-file', key);
      expect(inside).toMatchObject({ code: 2, stdout: '' });
      expect(inside.stderr).toContain('lies in the lake');
    }
    await expect(stat(join(lake, 'seals'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(stat(keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('seals what the lake holds, with a key that it makes and tells of; and then waits for the next hour', async () => {
    const first = await seal();
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^sealed up to \S+:00:00Z: 1 log file in 1 receipt\n$/);
    expect(first.stderr).toBe(
      `A new key was made in ${keyFile}. Keep a copy of it elsewhere, and let nobody have it.\n`,
    );
    const again = await seal();
    expect(again).toMatchObject({ code: 0, stderr: '' });
    // The hour may be over meanwhile.
    expect(again.stdout).toMatch(/^(?:nothing is due before|sealed up to) \S+:00:00Z/);
    const { chain } = summaryOf(await seal('--json'));
    expect(chain).toMatchObject({ account: '000000000000', region: 'local', trail: 'trailseal' });
    expect(CHAIN.parse(JSON.parse(await readFile(join(lake, 'seals', 'chain.json'), 'utf8')))).toEqual(chain);
  });

  it('keeps to the chain that there is', async () => {
    const other = await seal('--trail', 'other');
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain("the lake's chain has had the trail trailseal since");
    expect(await seal('--trail', 'trailseal', '--account', '000000000000')).toMatchObject({ code: 0 });
  });

  it.each(['--trail a_b', '--account 1234', '--region US-EAST', '--key-file x --kms-key alias/y'])(
    'does not understand %s',
    async (args) => {
      expect(await seal(...args.split(' '))).toMatchObject({ code: 2, stdout: '' });
    },
  );

  it('seals a lake in S3 with a key in KMS, once it is told the log bucket', async () => {
    const bucket = await emptyBucket();
    const args = ['--lake', `s3://${bucket}`, '--kms-key', await kmsKey(), '--account', '111122223333'];
    const [local, remote] = [new DirectoryStore(lake), new S3Store(bucket, { pathStyle: true })];
    for await (const key of local.list(RECEIPTS))
      await remote.putIfAbsent(key, (await local.get(key)) ?? Buffer.alloc(0));
    const untold = await seal(...args);
    expect(untold).toMatchObject({ code: 2, stdout: '' });
    expect(untold.stderr).toContain('--log-bucket');
    const sealed = await seal(...args, '--log-bucket', 'my-trail-bucket', '--json');
    expect(sealed).toMatchObject({ code: 0, stderr: '' });
    const { chain, digests } = summaryOf(sealed);
    expect(chain).toMatchObject({ account: '111122223333', region: 'us-east-1', bucket });
    expect(digests).toMatchObject([{ receipts: 1, own: true }]);
  });

  it('tells the public key as ListPublicKeys does, which serve-keys takes back', async () => {
    const printed = await trailseal(['serve-keys', '--print', '--key-file', keyFile], env);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    const { PublicKeyList: keys } = JSON.parse(printed.stdout) as { PublicKeyList: Record<string, string>[] };
    expect(keys).toMatchObject([{ Fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as string }]);
    const kept = await readFile(join(lake, 'seals', 'keys', `${keys[0]?.['Fingerprint']}.json`), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ Value: keys[0]?.['Value'] });
    const file = join(await scratchFolder(), 'keys.json');
    await writeFile(file, printed.stdout);
    const again = await trailseal(
      ['serve-keys', '--print', '--public-keys', file, '--key-file', keyFile],
      env,
    );
    expect(again.stdout).toBe(printed.stdout);
  });

  it('makes no key for whoever only wants to know one', async () => {
    const path = join(folder, 'none.pem');
    const lost = await trailseal(['serve-keys', '--print'], { ...env, TRAILSEAL_KEY_FILE: path });
    expect(lost).toMatchObject({ code: 1, stdout: '' });
    expect(lost.stderr).toContain(`there is no key file ${path}`);
  });
});
