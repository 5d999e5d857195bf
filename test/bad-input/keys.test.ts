import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { DEFAULT_BATCH, ingest } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import { ingestBeside } from '../support/ingest-beside.ts';
import { MemorySource } from '../support/memory-source.ts';
import { now } from '../support/now.ts';

const STORED = gzipSync('{"Records":[7,{"eventTime":"2026-11-21T00:00:00Z","eventName":"A"}]}');

const KEYS = [
  '../../../etc/passwd.json',
  'AWSLogs/111122223333/CloudTrail/../../../../x.json.gz',
  'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/../../21/x.json.gz',
  'with spaces/and + plus/100%25/%2e%2e%2f.json.gz',
  'trailing space .json.gz',
  'ünïcödé/日本語/😀.json.gz',
  'e\u0301.json.gz',
  'back\\slash.json.gz',
  'new\nline\ttab.json.gz',
  'nul\0.json.gz',
  "quote'; DROP TABLE x; --.json.gz",
  'events/account=1/region=x/year=2026/month=11/day=21/x.json',
  'plans/x/000001.json',
  '/leading/slash.json',
  '//.json',
  '__proto__.json',
  `${'long/'.repeat(200)}x.json.gz`,
];

describe('a log file is kept under its own key, and leads no key of the lake astray:', () => {
  it.each(KEYS)('%j', async (key) => {
    const { rows, receipt, quarantine } = await ingestBeside(STORED, key);
    expect(rows).toMatchObject([{ logfile: key, eventname: 'A', recordindex: 1 }]);
    expect(receipt).toMatchObject({ key, records: 2, quarantined: { 'not-an-object': 1 } });
    expect(quarantine?.index).toMatchObject({ key, kept: 'records' });
    expect(quarantine?.pieces).toEqual([['not-an-object', '7']]);
  });

  it('all of them at once', async () => {
    const lake = new MemoryStore();
    const source = new MemorySource(new Map(KEYS.map((key) => [key, STORED])));
    const ports = {
      source,
      lake,
      run: (batch: Parameters<typeof normalise>[0]) => normalise(batch, { source, lake, now }),
    };
    await ingest(ports, { ...DEFAULT_BATCH, concurrency: 2 }, () => undefined);
    const keys = await Array.fromAsync(lake.list(''));
    const strange = keys.filter(
      (key) => !/^(?:events|plans|receipts|quarantine|sealing)(?:\/[A-Za-z0-9=.-]+)+$/.test(key),
    );
    expect(strange).toEqual([]);
    expect(keys.filter((key) => key.split('/').includes('..'))).toEqual([]);
    expect(keys.filter((key) => key.startsWith('quarantine/') && key.endsWith('.records'))).toHaveLength(
      KEYS.length,
    );
  });
});
