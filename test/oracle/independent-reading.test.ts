import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { COLUMNS, type ColumnType } from '../../shared/core/columns.ts';
import type { Cell } from './cells-of-struct.ts';
import { readLogFileIndependently, type IndependentRow } from './independent-reading.ts';
import { unmappedEntries } from './unmapped-text.ts';

const KEY =
  'AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2026/11/21/111122223333_CloudTrail_eu-west-1_20261121T0000Z_A.json.gz';

const TIME = '"eventTime":"2026-11-21T10:20:30Z"';

function rows(text: string, key = KEY): IndependentRow[] {
  return readLogFileIndependently(key, new TextEncoder().encode(text));
}

/** The only row of a record with these members beside its time. */
function rowOf(members: string, key = KEY): IndependentRow {
  const [row] = rows(`{"Records":[{${TIME}${members === '' ? '' : ','}${members}}]}`, key);
  if (row === undefined) throw new Error('no row');
  return row;
}

function columnsOf(members: string): IndependentRow['columns'] {
  return rowOf(members).columns;
}

function unmappedOf(members: string): [string, string][] {
  return unmappedEntries(columnsOf(members)['unmapped'] as string | null);
}

/** The type a cell has, as far as a cell can tell; NULL can be anything. */
function shapeOf(cell: Cell, type: ColumnType): ColumnType {
  if (typeof type === 'string' || 'map' in type) return type;
  if (Array.isArray(cell)) return { array: 'array' in type ? shapeOf(cell[0] as Cell, type.array) : 'json' };
  const fields = Object.entries(cell as Record<string, Cell>);
  const types = 'struct' in type ? type.struct : {};
  return {
    struct: Object.fromEntries(fields.map(([name, at]) => [name, shapeOf(at, types[name] ?? 'json')])),
  };
}

describe('the columns', () => {
  it('are those of columns.ts, every struct filled to its leaves', () => {
    const row = columnsOf(
      '"userIdentity":{"onBehalfOf":{},"sessionContext":{"attributes":{},"sessionIssuer":{},' +
        '"webIdFederationData":{"attributes":{"a":"b"}}}},"addendum":{},"tlsDetails":{},"resources":[{}]',
    );
    expect(Object.keys(row).sort()).toEqual(COLUMNS.map(({ name }) => name).sort());
    expect(COLUMNS.map(({ name, type }) => shapeOf(row[name] ?? null, type))).toEqual(
      COLUMNS.map(({ type }) => type),
    );
  });
});

describe('rule 1, plain columns', () => {
  it('decodes strings and takes null and absent for NULL', () => {
    expect(columnsOf('"userAgent":"a\\u00e9\\n\\"b\\"","eventName":null')).toMatchObject({
      useragent: 'aé\n"b"',
      eventname: null,
      eventsource: null,
    });
  });

  it('keeps the own text of numbers, booleans, arrays and objects', () => {
    const row = columnsOf(
      '"errorCode":500.0,"errorMessage":9007199254740993,"readOnly":true,"apiVersion":1e400,"eventType":[ 1, "a" ],"requestID":{ }',
    );
    expect(row).toMatchObject({
      errorcode: '500.0',
      errormessage: '9007199254740993',
      readonly: 'true',
      apiversion: '1e400',
      eventtype: '[ 1, "a" ]',
      requestid: '{ }',
      unmapped: null,
    });
  });
});

describe('rule 2, JSON columns', () => {
  it('keeps the bytes: spaces, escapes, number forms, key order, duplicate keys', () => {
    const text = '{ "b" : 500.0, "2":1,"1":2, "b":"\\u0041\\ud800" }';
    const row = columnsOf(`"requestParameters":${text},"responseElements":"","serviceEventDetails":"{}"`);
    expect(row).toMatchObject({
      requestparameters: text,
      responseelements: '""',
      serviceeventdetails: '"{}"',
      additionaleventdata: null,
      unmapped: null,
    });
  });
});

describe('rule 3, structs', () => {
  it('fills the leaves that are there and NULLs the others', () => {
    const row = columnsOf('"tlsDetails":{"tlsVersion":"TLSv1.3"},"addendum":null');
    expect(row['tlsdetails']).toEqual({
      tlsversion: 'TLSv1.3',
      ciphersuite: null,
      clientprovidedhostheader: null,
    });
    expect(row['addendum']).toBeNull();
  });

  it('takes ARN and arn for one leaf of resources, and wrongly typed elements for NULL', () => {
    const members = '"resources":[{"ARN":"x","ARNPrefix":"p"},{"arn":"y"},"z",null]';
    expect(columnsOf(members)['resources']).toEqual([
      { arn: 'x', accountid: null, type: null },
      { arn: 'y', accountid: null, type: null },
      null,
      null,
    ]);
    expect(unmappedOf(members)).toEqual([
      ['resources[0].ARNPrefix', '"p"'],
      ['resources[2]', '"z"'],
    ]);
  });

  it('keeps web identity attributes as a map of texts', () => {
    const data = '{"attributes":{"aud":"x","n":1.0,"none":null}}';
    const row = columnsOf(`"userIdentity":{"sessionContext":{"webIdFederationData":${data}}}`);
    expect(row).toMatchObject({
      useridentity: {
        sessioncontext: {
          webidfederationdata: { federatedprovider: null, attributes: { aud: 'x', n: '1.0', none: null } },
        },
      },
    });
  });
});

describe('rule 4, columns out of structs', () => {
  it('takes them from userIdentity, sessionContext and tlsDetails, and from nowhere else', () => {
    const identity =
      '{"credentialId":"c","identityProvider":"p","inScopeOf":{ "a":1},"invokedByDelegate":{},' +
      '"sessionContext":{"sourceIdentity":"s","assumedRoot":true}}';
    const members = `"userIdentity":${identity},"tlsDetails":{"keyExchange":"X25519"},"credentialId":"top"`;
    expect(columnsOf(members)).toMatchObject({
      credentialid: 'c',
      identityprovider: 'p',
      inscopeof: '{ "a":1}',
      invokedbydelegate: '{}',
      sourceidentity: 's',
      assumedroot: 'true',
      keyexchange: 'X25519',
    });
    expect(unmappedOf(members)).toEqual([['credentialId', '"top"']]);
    expect(Object.keys(columnsOf(members)['useridentity'] as object)).not.toContain('credentialid');
  });
});

describe('rule 5, unmapped', () => {
  it('holds unknown fields at any level and wrongly typed structs, with their own text', () => {
    expect(
      unmappedOf('"userIdentity":{"accesKeyId":"k","sessionContext":[ ]},"tlsDetails":"","p":{"a": 1.0}'),
    ).toEqual([
      ['p', '{"a": 1.0}'],
      ['tlsDetails', '""'],
      ['userIdentity.accesKeyId', '"k"'],
      ['userIdentity.sessionContext', '[ ]'],
    ]);
  });

  it('holds strings with a lone surrogate, whose column shows U+FFFD', () => {
    const members = '"userAgent":"a\\ud800b","userIdentity":{"userName":"\\udc00"}';
    expect(columnsOf(members)).toMatchObject({ useragent: 'a\uFFFDb', useridentity: { username: '\uFFFD' } });
    expect(unmappedOf(members)).toEqual([
      ['userAgent', '"a\\ud800b"'],
      ['userIdentity.userName', '"\\udc00"'],
    ]);
  });

  it('holds the earlier values of a duplicate key', () => {
    const members = '"eventName":"A","eventName":"B","resources":[{"ARN":"x","arn":"y"}]';
    expect(columnsOf(members)).toMatchObject({
      eventname: 'B',
      resources: [{ arn: 'y', accountid: null, type: null }],
    });
    expect(unmappedOf(members)).toEqual([
      ['eventName', '"A"'],
      ['resources[0].ARN', '"x"'],
    ]);
  });
});

describe('rules 6 and 7, names and times', () => {
  it('reads the other spellings of aggregated records only where there is a timeWindow', () => {
    const window = '{"windowStart":"2026-11-21T10:00:00Z","windowEnd":"2026-11-21T10:05:00Z"}';
    const [row] = rows(`[{"eventId":"e","accountId":"999900001111","timeWindow":${window},"summary":{}}]`);
    expect(row?.columns).toMatchObject({
      eventid: 'e',
      recipientaccountid: '999900001111',
      eventtime: null,
      event_ts: Date.UTC(2026, 10, 21, 10),
      timewindow: window,
      summary: '{}',
      unmapped: null,
    });
    expect(row?.partition.account).toBe('999900001111');
    expect(unmappedOf('"eventId":"e"')).toEqual([['eventId', '"e"']]);
  });

  it.each([
    ['2026-11-21T10:20:30Z', Date.UTC(2026, 10, 21, 10, 20, 30)],
    ['2026-11-21 10:20:30', Date.UTC(2026, 10, 21, 10, 20, 30)],
    ['2026-11-21T10:20:30.123999999Z', Date.UTC(2026, 10, 21, 10, 20, 30, 123)],
    ['2026-11-21T10:20:30.4+02:30', Date.UTC(2026, 10, 21, 7, 50, 30, 400)],
    ['2026-11-21T23:20:30-01:00', Date.UTC(2026, 10, 22, 0, 20, 30)],
  ])('reads %s', (time, instant) => {
    const [row] = rows(`[{"eventTime":"${time}"}]`);
    expect(row?.columns).toMatchObject({ eventtime: time, event_ts: instant });
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-11-21',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:20:30.Z',
    '1700000000',
  ])('gives a record no row whose time is %s, but counts it', (time) => {
    const [row, ...others] = rows(`[{"eventTime":"${time}"},{${TIME}}]`);
    expect(others).toEqual([]);
    expect(row?.columns['recordindex']).toBe(1);
  });
});

describe('rule 8, provenance', () => {
  it("hashes the record's own bytes, spaces included", () => {
    const record = `{ ${TIME}, "userAgent":"é" }`;
    const [, row] = rows(`{"Records": [{${TIME}}, ${record} ]}`);
    expect(row?.columns).toMatchObject({
      logfile: KEY,
      recordindex: 1,
      recordhash: createHash('sha256').update(Buffer.from(record, 'utf8')).digest('hex').slice(0, 32),
    });
  });
});

describe('the containers', () => {
  const record = `{${TIME},"eventName":"X"}`;

  it.each([
    ['Records', `{"Records":[${record},${record}]}`],
    ['a bare array', `\n[ ${record} , ${record} ]\n`],
    ['NDJSON', `${record}\r\n\n${record}\n`],
    ['EventBridge events', `{"detail-type":"x","detail":${record}}\n{"detail-type":"x","detail":${record}}`],
  ])('read alike: %s', (_, text) => {
    const expected = rows(`[${record},${record}]`);
    expect(expected).toHaveLength(2);
    expect(rows(text)).toEqual(expected);
    expect(readLogFileIndependently(KEY, gzipSync(text))).toEqual(expected);
  });

  it('may hold no record', () => {
    expect(rows('{"Records":[]}')).toEqual([]);
  });
});

describe('partitions', () => {
  it('follow the event where it says', () => {
    expect(rowOf('"recipientAccountId":"123","awsRegion":"us-east-1"').partition).toEqual({
      account: '123',
      region: 'us-east-1',
      year: '2026',
      month: '11',
      day: '21',
    });
  });

  it('follow the key where the event does not, or says something unfit', () => {
    expect(rowOf('"recipientAccountId":"700***","awsRegion":"US East"').partition).toMatchObject({
      account: '111122223333',
      region: 'eu-west-1',
    });
  });

  it('follow the caller where the key says nothing either', () => {
    expect(rowOf('"userIdentity":{"accountId":"444455556666"}', 'a.json').partition).toMatchObject({
      account: '444455556666',
      region: 'unknown',
    });
    expect(rowOf('', 'a.json').partition.account).toBe('unknown');
  });
});
