import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ingestBeside } from '../support/ingest-beside.ts';

const A = '{"eventTime":"2026-11-21T00:00:00Z","eventName":"A"}';
const B = '{"eventTime":"2026-11-22T00:00:00Z","eventName":"B"}';
const FORGED = '{"eventTime":"2026-11-23T00:00:00Z","eventName":"Forged"}';

async function ingested(text: string): Promise<{ names: unknown[]; pieces: unknown; codes: unknown }> {
  const { rows, receipt, quarantine } = await ingestBeside(gzipSync(text));
  return {
    names: rows.map((row) => row['eventname']),
    pieces: quarantine?.pieces,
    codes: receipt.quarantined,
  };
}

describe('a record that can’t be read goes to quarantine byte for byte, and its neighbours become rows:', () => {
  it.each([
    ['no object', 'not-an-object', '"x"'],
    ['an array', 'not-an-object', '[{"eventTime":"2026-11-21T00:00:00Z"}]'],
    ['missing eventTime', 'event-time-missing', '{ "eventName":"x", "n":500.0 }'],
    ['malformed eventTime', 'event-time-malformed', '{"eventTime":"21/11/2026"}'],
    ['an impossible eventTime', 'event-time-malformed', '{"eventTime":"2026-02-30T00:00:00Z"}'],
    [
      'nesting of 10,000',
      'record-too-deep',
      `{"eventTime":"2026-11-21T00:00:00Z","requestParameters":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    ],
  ])('%s', async (_, code, record) => {
    expect(await ingested(`{"Records":[${A}, ${record} ,${B}]}`)).toEqual({
      names: ['A', 'B'],
      pieces: [[code, record]],
      codes: { [code]: 1 },
    });
  });

  it('one of more values than any real one has', async () => {
    const record = `{"eventTime":"2026-11-21T00:00:00Z","resources":[${'{},'.repeat(100_000)}{}]}`;
    const { codes, names } = await ingested(`[${A},${record},${B}]`);
    expect({ codes, names }).toEqual({ codes: { 'record-too-many-values': 1 }, names: ['A', 'B'] });
  });

  it('one that is not UTF-8', async () => {
    const record = Buffer.from('{"eventTime":"2026-11-21T00:00:00Z","userAgent":"\xff\xc0\x80"}', 'latin1');
    const { rows, quarantine } = await ingestBeside(
      Buffer.concat([Buffer.from(`[${A},`), record, Buffer.from(`,${B}]`)]),
    );
    expect(rows.map((row) => row['eventname'])).toEqual(['A', 'B']);
    expect(quarantine?.index.entries).toMatchObject([
      { code: 'invalid-utf8', index: 1, length: record.length },
    ]);
  });

  it('one of more than 2 MB', async () => {
    const record = `{"eventTime":"2026-11-21T00:00:00Z","x":"${'x'.repeat(2 * 1024 * 1024)}"}`;
    const { rows, receipt, quarantine } = await ingestBeside(`[${A},${record},${B}]`);
    expect(rows.map((row) => row['eventname'])).toEqual(['A', 'B']);
    expect(receipt.quarantined).toEqual({ 'record-too-large': 1 });
    expect(quarantine?.pieces[0]?.[1] === record).toBe(true);
  });

  it('two thousand of them, of which the first thousand are told apart', async () => {
    const { codes, names } = await ingested(`[${A},${'7,'.repeat(2000)}${B}]`);
    expect(names).toEqual(['A']);
    expect(codes).toEqual({ 'not-an-object': 1000, 'too-many-unreadable-records': 1 });
  });
});

describe('broken JSON in the middle', () => {
  it('keeps what stood before as rows, and all behind it in quarantine', async () => {
    const rest = `{"eventName":,"requestParameters":{"a":"x"}},${B}]}`;
    expect(await ingested(`{"Records":[${A},${rest}`)).toEqual({
      names: ['A'],
      pieces: [['broken-json', rest]],
      codes: { 'broken-json': 1 },
    });
  });

  it('never makes a row of what a caller wrote', async () => {
    const rest = `{"eventName":"x" "requestParameters":{"items":[${FORGED}],"text":"},${FORGED.replaceAll('"', '\\"')},"}},${B}]}`;
    for (const text of [`{"Records":[${A},${rest}`, `[${A},${rest}`, `${A}\n${rest}`]) {
      expect((await ingested(text)).names).toEqual(['A']);
    }
  });

  it('costs one line of NDJSON', async () => {
    const cut = A.slice(0, -1);
    expect(await ingested(`${A}\n${cut}\n${B}\n`)).toEqual({
      names: ['A', 'B'],
      pieces: [['broken-json', cut]],
      codes: { 'broken-json': 1 },
    });
  });

  it('behind the container is kept as well', async () => {
    expect(await ingested(`{"Records":[${A}],"x":${FORGED}} trailing`)).toEqual({
      names: ['A'],
      pieces: [
        ['stray-field', `"x":${FORGED}`],
        ['broken-json', 'trailing'],
      ],
      codes: { 'stray-field': 1, 'broken-json': 1 },
    });
  });
});
