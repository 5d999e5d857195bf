import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ingestBeside } from '../support/ingest-beside.ts';

const TEXT = '{"Records":[{"eventTime":"2026-11-21T00:00:00Z","eventName":"A"}]}';
const STORED = gzipSync(TEXT);

describe('a log file of which nothing can be read goes to quarantine whole, and the run goes on:', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'empty'],
    ['gzip of nothing', gzipSync(''), 'empty'],
    ['truncated gzip', STORED.subarray(0, -12), 'gzip-truncated'],
    ['gzip cut off in its header', STORED.subarray(0, 5), 'gzip-truncated'],
    ['gzip with a bit turned', Buffer.from(STORED).fill(STORED.readUInt8(30) ^ 1, 30, 31), 'gzip-corrupt'],
    ['bytes after the gzip', Buffer.concat([STORED, Buffer.from('{"Records":[]}')]), 'gzip-trailing-bytes'],
    ['several gzip members', Buffer.concat([STORED, STORED]), 'gzip-several-members'],
    ['a gzip bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')), 'too-large'],
    ['text that is no JSON', 'version account-id interface-id\n', 'not-json'],
    ['JSON that breaks before the first record', '{"Records":[{"eventTime"', 'not-json'],
    ['random bytes', Buffer.from('00ff80c1deadbeef', 'hex'), 'not-json'],
    ['Records missing', '{"records":[{"x":1}]}', 'records-missing'],
    ['Records that is no array', '{"Records":{"0":{}}}', 'records-not-array'],
  ])('%s', async (_, stored, code) => {
    const bytes = Buffer.from(stored);
    const { rows, receipt, quarantine } = await ingestBeside(bytes);
    expect(rows).toEqual([]);
    expect(receipt).toMatchObject({ outcome: 'unreadable', sha256: null, quarantined: { [code]: 1 } });
    expect(quarantine?.index).toMatchObject({ kept: 'file', entries: [{ code }] });
    expect(Buffer.compare(quarantine?.file ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it.each([
    ['an empty container', gzipSync('{"Records":[]}')],
    ['a digest file under another name', gzipSync('{"awsAccountId":"1","digestS3Object":"x"}')],
  ])('%s has no rows, and nothing in quarantine', async (_, stored) => {
    const { rows, receipt, quarantine } = await ingestBeside(stored);
    expect([rows, quarantine]).toEqual([[], undefined]);
    expect(receipt).toMatchObject({
      records: 0,
      quarantined: {},
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });
});
