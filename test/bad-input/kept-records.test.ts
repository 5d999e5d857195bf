import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RECORD_FIELDS } from '../oracle/documented-fields.ts';
import { ingestBeside } from '../support/ingest-beside.ts';

const TIME = '"eventTime":"2026-11-21T00:00:00Z"';

/** The only row of a record with these members; nothing of it may be in quarantine. */
async function rowWith(members: string): Promise<Record<string, unknown>> {
  const { rows, quarantine } = await ingestBeside(gzipSync(`{"Records":[{${TIME},${members}}]}`));
  expect(quarantine).toBeUndefined();
  expect(rows).toHaveLength(1);
  return rows[0] ?? {};
}

describe('strange records are kept:', () => {
  it('one of 256 kB, and one of 1 MB', async () => {
    for (const kilobytes of [256, 1024]) {
      const parameters = `{"a":"${'é'.repeat(kilobytes * 512)}"}`;
      const row = await rowWith(`"requestParameters":${parameters}`);
      expect(row['requestparameters'] === parameters).toBe(true);
    }
  });

  it('nesting of 400', async () => {
    const deep = `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`;
    expect((await rowWith(`"requestParameters":${deep}`))['requestparameters']).toBe(deep);
  });

  it('duplicate keys: the last one wins, the earlier ones are in unmapped', async () => {
    const row = await rowWith(
      '"eventName":"A","eventName":"B","userIdentity":{"credentialId":"o","arn":"x"},"userIdentity":{"arn":"y","arn":"z"}',
    );
    expect(row).toMatchObject({
      eventname: 'B',
      useridentity: { arn: 'z' },
      unmapped: '{"eventName":"A","userIdentity":{"credentialId":"o","arn":"x"},"userIdentity.arn":"y"}',
    });
    expect(row['credentialid'] ?? null).toBeNull();
  });

  it('NUL and lone surrogates', async () => {
    const row = await rowWith(
      '"userAgent":"a\\u0000b","errorMessage":"\\udc00x","requestParameters":"\\ud800"',
    );
    expect(row).toMatchObject({
      useragent: 'a\0b',
      errormessage: '\ufffdx',
      requestparameters: '"\\ud800"',
      unmapped: '{"errorMessage":"\\udc00x"}',
    });
  });

  it('integers above 2^53, and numbers in every spelling', async () => {
    const numbers = '{"a":9007199254740993,"b":500.0,"c":1e400,"d":-0}';
    const row = await rowWith(`"additionalEventData":${numbers},"apiVersion":18446744073709551617,"n":1.10`);
    expect(row).toMatchObject({
      additionaleventdata: numbers,
      apiversion: '18446744073709551617',
      unmapped: '{"n":1.10}',
    });
  });

  it.each(['7', 'true', '"x"', '[]', '{}', '[null]', 'null'])('every field as %s', async (value) => {
    const names = Object.keys(RECORD_FIELDS).filter((name) => name !== 'eventTime');
    const row = await rowWith(names.map((name) => `"${name}":${value}`).join(','));
    const structs = { userIdentity: '{', addendum: '{', tlsDetails: '{', resources: '[' };
    const unmapped = Object.entries(structs).filter(
      ([, open]) => !value.startsWith(open) && value !== 'null',
    );
    const text = row['unmapped'] as string | undefined;
    expect(Object.keys(JSON.parse(text ?? '{}') as object).sort()).toEqual(
      unmapped.map(([name]) => name).sort(),
    );
    expect(row['eventname'] ?? 'null').toBe(value === '"x"' ? 'x' : value);
    expect(row['requestparameters'] ?? 'null').toBe(value);
  });

  it('fields named like JavaScript’s own', async () => {
    const row = await rowWith(
      '"__proto__":{"eventName":"x"},"constructor":1,"userIdentity":{"__proto__":{"type":"Root"}}',
    );
    expect(row).toMatchObject({
      unmapped: '{"__proto__":{"eventName":"x"},"constructor":1,"userIdentity.__proto__":{"type":"Root"}}',
    });
    expect([
      row['eventname'] ?? null,
      (row['useridentity'] as Record<string, unknown>)['type'] ?? null,
    ]).toEqual([null, null]);
  });

  it('accounts and regions that would lead out of their partition', async () => {
    const row = await rowWith('"recipientAccountId":"../../x","awsRegion":"a/../b"');
    expect(row).toMatchObject({ recipientaccountid: '../../x', awsregion: 'a/../b' });
  });
});
