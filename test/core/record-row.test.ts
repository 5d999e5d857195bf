import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { columnsOf, itemsOf, LOG_FILE, refusalOf, rowOfRecord, TIME } from '../support/rows-of-text.ts';

describe('rule 1, plain columns', () => {
  it.each([
    ['"userAgent":"a\\u00e9\\ud83d\\ude00\\n\\"\\/"', 'useragent', 'aé😀\n"/'],
    ['"userAgent":""', 'useragent', ''],
    ['"userAgent":"a\\u0000b"', 'useragent', 'a\0b'],
    ['"userAgent":null', 'useragent', null],
    ['"apiVersion":500.0', 'apiversion', '500.0'],
    ['"apiVersion":-0', 'apiversion', '-0'],
    ['"apiVersion":1e400', 'apiversion', '1e400'],
    ['"apiVersion":9007199254740993', 'apiversion', '9007199254740993'],
    ['"readOnly":true', 'readonly', 'true'],
    ['"readOnly":"false"', 'readonly', 'false'],
    ['"errorMessage":[ 1 , "\\u0041" ]', 'errormessage', '[ 1 , "\\u0041" ]'],
    ['"eventVersion":{"a" : 1.0}', 'eventversion', '{"a" : 1.0}'],
  ])('%s is in %s %j', (members, column, value) => {
    expect(columnsOf(members)[column] ?? null).toBe(value);
    expect(columnsOf(members)['unmapped']).toBeNull();
  });
});

describe('rule 2, JSON columns', () => {
  it.each([
    'requestParameters',
    'responseElements',
    'additionalEventData',
    'serviceEventDetails',
    'eventContext',
  ])('%s keeps its bytes', (field) => {
    for (const raw of [
      '{ "b":1.50,\t"a":"\\u0041\\ud800\\/", "b":[ ] }',
      '""',
      '"{\\"a\\":1}"',
      '[]',
      '1E5',
      'true',
    ]) {
      expect(columnsOf(`"${field}" : ${raw} `)).toMatchObject({ [field.toLowerCase()]: raw, unmapped: null });
    }
    expect(columnsOf(`"${field}":null`)[field.toLowerCase()]).toBeNull();
  });
});

describe('rule 3, structs', () => {
  it('are NULL if absent, null or of another type, and structs of NULLs if empty', () => {
    expect(columnsOf('')).not.toHaveProperty('useridentity');
    expect(columnsOf('"userIdentity":null')).toMatchObject({ useridentity: null, unmapped: null });
    expect(columnsOf('"userIdentity":{}')).toMatchObject({ useridentity: {}, unmapped: null });
    expect(columnsOf('"userIdentity":[{}]')).toMatchObject({
      useridentity: null,
      unmapped: '{"userIdentity":[{}]}',
    });
    expect(columnsOf('"userIdentity":{"sessionContext":"x","type":1.0}')).toMatchObject({
      useridentity: { sessioncontext: null, type: '1.0' },
      unmapped: '{"userIdentity.sessionContext":"x"}',
    });
  });

  it('of resources keep their places', () => {
    const resources = '[{"ARN":"a","arn":"b"},7,null,{"arn":"c","accountId":1,"x":[]},{},"s"]';
    expect(columnsOf(`"resources":${resources}`)).toMatchObject({
      resources: [{ arn: 'b' }, null, null, { arn: 'c', accountid: '1' }, {}, null],
      unmapped: '{"resources[0].ARN":"a","resources[1]":7,"resources[3].x":[],"resources[5]":"s"}',
    });
    expect(columnsOf('"resources":[]')).toMatchObject({ resources: [], unmapped: null });
    expect(columnsOf('"resources":{"ARN":"a"}')).toMatchObject({
      resources: null,
      unmapped: '{"resources":{"ARN":"a"}}',
    });
  });

  it('keep web identity attributes as a map, whatever their keys are', () => {
    const attributes =
      '{"aud":"x","n":1.0,"none":null,"__proto__":"p","constructor":{},"1":"one","\\ud800":"s"}';
    const members = `"userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":${attributes}}}}`;
    const map = (columnsOf(members)['useridentity'] as never)['sessioncontext']['webidfederationdata'][
      'attributes'
    ];
    expect(Object.entries(map)).toEqual([
      ['1', 'one'],
      ['aud', 'x'],
      ['n', '1.0'],
      ['none', null],
      ['__proto__', 'p'],
      ['constructor', '{}'],
    ]);
    expect(columnsOf(members)['unmapped']).toBe(
      '{"userIdentity.sessionContext.webIdFederationData.attributes.\\ud800":"s"}',
    );
  });
});

describe('rule 4, columns out of structs', () => {
  it('are filled from their places, and only from there', () => {
    const session = '"sessionContext":{"sourceIdentity":"s","assumedRoot":true}';
    const identity = `{"identityProvider":"p","credentialId":"c","inScopeOf":{ },"invokedByDelegate":[1],${session}}`;
    const columns = columnsOf(
      `"userIdentity":${identity},"tlsDetails":{"keyExchange":"k"},"inScopeOf":"top"`,
    );
    expect(columns).toMatchObject({
      identityprovider: 'p',
      credentialid: 'c',
      inscopeof: '{ }',
      invokedbydelegate: '[1]',
      sourceidentity: 's',
      assumedroot: 'true',
      keyexchange: 'k',
      unmapped: '{"inScopeOf":"top"}',
    });
  });

  it('are not filled from a struct that a later one overrides', () => {
    const columns = columnsOf(
      '"userIdentity":{"credentialId":"old","x":1,"sessionContext":{"sourceIdentity":"o"}},"userIdentity":{"type":"Root"}',
    );
    expect(columns).not.toHaveProperty('credentialid');
    expect(columns).not.toHaveProperty('sourceidentity');
    expect(columns).toMatchObject({
      useridentity: { type: 'Root' },
      unmapped: '{"userIdentity":{"credentialId":"old","x":1,"sessionContext":{"sourceIdentity":"o"}}}',
    });
    expect(columnsOf('"tlsDetails":{"keyExchange":"old"},"tlsDetails":null')).not.toHaveProperty(
      'keyexchange',
    );
  });
});

describe('rule 5, unmapped', () => {
  it('holds unknown fields, inherited names among them, with their own text', () => {
    const unknown = '"__proto__":{"a": 1},"constructor":1.0,"toString":null,"":[ ],"hasOwnProperty":"x"';
    expect(columnsOf(unknown)['unmapped']).toBe(`{${unknown}}`);
  });

  it('holds strings with a lone surrogate, whose column shows U+FFFD', () => {
    expect(columnsOf('"userAgent":"a\\ud800b","userIdentity":{"userName":"\\udfff"}')).toMatchObject({
      useragent: 'a\ufffdb',
      useridentity: { username: '\ufffd' },
      unmapped: '{"userAgent":"a\\ud800b","userIdentity.userName":"\\udfff"}',
    });
  });

  it('holds every earlier value of a duplicate key, null too, and the last one wins', () => {
    expect(columnsOf('"eventName":null,"eventName":"B","\\u0065ventName":"C"')).toMatchObject({
      eventname: 'C',
      unmapped: '{"eventName":null,"eventName":"B"}',
    });
    expect(columnsOf('"requestParameters":{"a":1},"requestParameters":null')).toMatchObject({
      requestparameters: null,
      unmapped: '{"requestParameters":{"a":1}}',
    });
  });
});

describe('rule 6, names', () => {
  it('are matched exactly', () => {
    const wrong = '"EventName":"x","eventname":"x","eventId":"x","accountId":"x","eventName ":"x"';
    expect(columnsOf(wrong)['unmapped']).toBe(`{${wrong}}`);
  });

  it('of an aggregated record are two others', () => {
    const record =
      '"eventId":"e","accountId":"999900001111","timeWindow":{"windowStart":"2026-01-02T03:04:05Z"}';
    expect(rowOfRecord(`{${record}}`)).toMatchObject({
      values: { eventid: 'e', recipientaccountid: '999900001111', unmapped: null },
      partition: { account: '999900001111', month: '01' },
    });
    for (const none of ['"timeWindow":null', '"timeWindow":{},"timeWindow":null']) {
      expect(columnsOf(`"eventId":"e",${none}`)['unmapped']).toContain('"eventId":"e"');
    }
  });
});

describe('rule 7, time', () => {
  it.each([
    ['an eventTime', `{${TIME}}`, '2026-11-21T10:20:30.000Z'],
    ['the last of two', `{"eventTime":"x",${TIME}}`, '2026-11-21T10:20:30.000Z'],
    ['a windowStart', '{"timeWindow":{"windowStart":"2026-01-02 03:04:05"}}', '2026-01-02T03:04:05.000Z'],
    ['an eventTime beside it', `{"timeWindow":{"windowStart":"x"},${TIME}}`, '2026-11-21T10:20:30.000Z'],
  ])('is read from %s', (_, record, time) => {
    expect(new Date(rowOfRecord(record).time).toISOString()).toBe(time);
  });

  it.each([
    ['{}', 'event-time-missing'],
    ['{"eventTime":null}', 'event-time-missing'],
    [`{${TIME},"eventTime":null}`, 'event-time-missing'],
    ['{"timeWindow":{"windowStart":7}}', 'event-time-missing'],
    ['{"timeWindow":"2026-01-02T03:04:05Z"}', 'event-time-missing'],
    ['{"timeWindow":{"windowStart":"2026-01-02T03:04:05Z"},"timeWindow":null}', 'event-time-missing'],
    ['{"timeWindow":{"windowStart":"yesterday"}}', 'event-time-malformed'],
    ['{"eventTime":""}', 'event-time-malformed'],
    ['{"eventTime":1795256430}', 'event-time-malformed'],
    ['{"eventTime":["2026-11-21T10:20:30Z"]}', 'event-time-malformed'],
    ['{"eventTime":"2026-02-30T00:00:00Z"}', 'event-time-malformed'],
  ])('of %s makes no row: %s', (record, code) => {
    expect(refusalOf(record)).toBe(code);
  });
});

describe('rule 8, provenance', () => {
  it('is the key, the position with what is unreadable counted, and the hash of the own bytes', () => {
    const record = `{ ${TIME} , "userAgent":"é" }`;
    const [, row] = itemsOf(`[7, ${record} ]`);
    const hash = createHash('sha256').update(record).digest().subarray(0, 16);
    expect(row).toMatchObject({
      values: { logfile: LOG_FILE, recordindex: 1, recordhash: new Uint8Array(hash) },
    });
  });

  it('of an EventBridge event is that of its detail', () => {
    const record = `{${TIME},"eventName":"A"}`;
    const { values } = rowOfRecord(`{"detail-type":"x","account":"1","detail":${record}}`);
    expect(values).toEqual(rowOfRecord(record).values);
  });

  it.each([
    ['its detail is no object', '"detail-type":"x","detail":[1]'],
    ['it has no detail-type', '"detail":{}'],
    ['it has two details', `"detail-type":"x","detail":{${TIME},"eventName":"lost"},"detail":{${TIME}}`],
  ])('of an object is its own if %s', (_, members) => {
    expect(columnsOf(members)['unmapped']).toBe(`{${members}}`);
  });
});
