import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/core/query-result.ts';
import { RECORD } from '../../../shared/core/record-shape.ts';
import { RECORD_COLUMNS, RECORD_SELECT, recordViewOfRow } from '../../../shared/core/rules/row-record.ts';
import type { JsonObject, RecordView } from '../../../shared/core/rules/record-view.ts';
import { RECORD_FIELDS, type Field as Documented, type Fields } from '../../oracle/documented-fields.ts';
import { anyJsonText } from '../../support/hostile-record.ts';
import { knownToLake } from '../../support/known-to-lake.ts';
import { rowOfRecord, TIME } from '../../support/rows-of-text.ts';

const viewOf = (record: string): RecordView =>
  recordViewOfRow(rowOfRecord(record).values as Readonly<Record<string, JsonValue>>);

const text = fc
  .oneof(
    { weight: 5, arbitrary: fc.string({ maxLength: 5 }) },
    fc.constantFrom('\ud800', 'a\udfff', '\u0000', 'é😀'),
  )
  .map((value) => JSON.stringify(value));
const key = fc
  .constantFrom('x', 'y z', '__proto__', 'constructor', 'requestparameters', 'a.b')
  .map((name) => `"${name}"`);

/** The members of a record whose text fields are texts; whole structures of another kind, keys that stand twice, unknown fields. */
function membersOf(fields: Fields): fc.Arbitrary<string> {
  const documented = Object.entries(fields)
    .filter(([name]) => !['eventTime', 'timeWindow'].includes(name))
    .map(([name, field]) => textOf(field, name).map((value) => `"${name}":${value}`));
  const unknown = fc.tuple(key, anyJsonText).map(([name, value]) => `${name}:${value}`);
  return fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.oneof(...documented) }, unknown), { maxLength: 8 })
    .map((members) => members.join(','));
}

function textOf(field: Documented, name: string): fc.Arbitrary<string> {
  if (['readOnly', 'managementEvent'].includes(name)) return fc.constantFrom('true', 'false', 'null');
  if (field === 'text' || (typeof field === 'object' && 'as' in field && field.as === 'text'))
    return fc.oneof({ weight: 6, arbitrary: text }, fc.constant('null'));
  if (field === 'json' || (typeof field === 'object' && 'column' in field)) return anyJsonText;
  if (field === 'map')
    return fc
      .dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }))
      .map((map) => JSON.stringify(map));
  if ('struct' in field) {
    const struct = membersOf(field.struct).map((members) => `{${members}}`);
    // Not null: behind a value of another kind it can't be told from that value alone.
    return fc.oneof({ weight: 6, arbitrary: struct }, fc.constantFrom('1.0', '"x"', '[{}]'));
  }
  const element = fc.oneof(
    { weight: 4, arbitrary: membersOf(withoutTwins(field.listOf)).map((members) => `{${members}}`) },
    fc.constantFrom('null', '1.0', '"x"', '[{"ARN":1}]', '{}'),
  );
  return fc.array(element, { maxLength: 3 }).map((elements) => `[${elements.join(',')}]`);
}

/** `ARN` and `arn` are one leaf: that a name stands twice can't be told from the other name there. */
function withoutTwins({ arn: _arn, ARN: _ARN, ...fields }: Fields): Fields {
  return fields;
}

describe('a record out of its row', () => {
  it('is the record that went in, in all that the lake can know', () => {
    const check = fc.property(membersOf(RECORD_FIELDS), (members) => {
      const record = `{${TIME}${members === '' ? '' : ','}${members}}`;
      expect(viewOf(record).value).toEqual(knownToLake(JSON.parse(record) as JsonObject, RECORD));
    });
    fc.assert(check, { numRuns: 1500 });
  });

  it.each([
    [
      'a structure of another kind',
      '{"userIdentity":"root","resources":{"ARN":"a"},"tlsDetails":[1],"addendum":false}',
    ],
    ['an element of another kind', '{"resources":["a",null,{"ARN":"b","more":{"x":[1]}}]}'],
    [
      'booleans, as CloudTrail documents them',
      '{"readOnly":true,"managementEvent":false,"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":"false"}}}}',
    ],
    ['an object where the table has text', '{"edgeDeviceDetails":{"type":"outpost","n":[1,2]}}'],
    [
      'fields that have columns of their own',
      '{"userIdentity":{"inScopeOf":{"a":1},"credentialId":"c","sessionContext":{"sourceIdentity":"s"}},"tlsDetails":{"keyExchange":"k"}}',
    ],
    ['a resource that spells it both ways', '{"resources":[{"ARN":"a","arn":"b"},{"arn":"c","ARN":"d"}]}'],
    [
      'an aggregated record',
      '{"eventId":"e","accountId":"1","timeWindow":{"windowStart":"2026-11-21T10:00:00Z"},"summary":{"a":1.5}}',
    ],
  ])('%s', (_, record) => {
    const text = record.includes('timeWindow') ? record : record.replace('{', `{${TIME},`);
    expect(viewOf(text).value).toEqual(JSON.parse(text));
  });

  it('has no structure that was null twice', () => {
    const text = `{${TIME},"userIdentity":{"sessionContext":{"sessionIssuer":null,"sessionIssuer":null}}}`;
    expect(viewOf(text).value['userIdentity']).toEqual({ sessionContext: {} });
  });

  it('has the text of its fields, where the lake has it', () => {
    const view = viewOf(
      `{${TIME},"requestParameters":{"a" : 1.50},"other":[1.0, 2],"readOnly":true,"eventName":"a\\"b"}`,
    );
    const texts = ['requestParameters', 'other', 'readOnly', 'eventName', 'errorCode'].map((name) =>
      view.fieldText(name),
    );
    expect(texts).toEqual(['{"a" : 1.50}', '[1.0, 2]', 'true', '"a\\"b"', undefined]);
  });

  it('needs columns of the lake, structures as JSON', () => {
    expect(RECORD_COLUMNS).toHaveLength(new Set(RECORD_COLUMNS).size);
    expect(RECORD_SELECT.split(', ')).toHaveLength(RECORD_COLUMNS.length);
    expect(RECORD_SELECT).toContain('CAST(resources AS JSON) AS resources');
    expect(RECORD_COLUMNS).toEqual(
      expect.arrayContaining(['unmapped', 'inscopeof', 'sourceidentity', 'timewindow']),
    );
  });
});
