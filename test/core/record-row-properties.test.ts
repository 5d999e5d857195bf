import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, type ColumnType } from '../../shared/core/columns.ts';
import type { Struct, Value } from '../../shared/core/record-row.ts';
import type { Cell } from '../oracle/cells-of-struct.ts';
import { RECORD_FIELDS, type Field } from '../oracle/documented-fields.ts';
import { readLogFileIndependently } from '../oracle/independent-reading.ts';
import { unmappedEntries } from '../oracle/unmapped-text.ts';
import { anyJsonText, anyMembers } from '../support/hostile-record.ts';
import { columnsOf, LOG_FILE, rowOfRecord, TIME } from '../support/rows-of-text.ts';

/** A row's value with its absent leaves spelled out, as a reader of the Parquet file sees it. */
function cellOf(type: ColumnType, value: Value | undefined): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value !== 'object' || typeof type === 'string') return value as Cell;
  if ('array' in type) return (value as Value[]).map((element) => cellOf(type.array, element));
  if ('map' in type) return value as Cell;
  return Object.fromEntries(
    Object.entries(type.struct).map(([name, field]) => [name, cellOf(field, (value as Struct)[name])]),
  );
}

/** Whether the text is in the row: whole, in `unmapped` under its name, or in its column as rules 1 and 2 have it. */
function isKept(name: string, raw: string, field: Field, values: Struct): boolean {
  const kept = unmappedEntries(values['unmapped'] as string | null);
  if (kept.some(([at, text]) => at === name && text === raw)) return true;
  const decoded = field === 'text' && raw.startsWith('"') ? (JSON.parse(raw) as string) : raw;
  return (values[name.toLowerCase()] ?? null) === (raw === 'null' ? null : decoded);
}

/** A string, with the colon behind it if it is a key, or another scalar. */
const SCALAR_OR_KEY = /"(?:[^"\\]|\\.)*"(\s*:)?|[^\s{}[\]:,"]+/g;

function scalars(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(scalars) : [value];
}

describe('whatever stands in a documented field', () => {
  const leaves = Object.entries(RECORD_FIELDS).filter(
    ([name, field]) => typeof field === 'string' && !['eventTime', 'timeWindow'].includes(name),
  );
  it.each(leaves)('%s can be had from its column or from unmapped, exactly', (name, field) => {
    const check = fc.property(anyJsonText, (raw) => {
      expect(isKept(name, raw, field, columnsOf(`"${name}":${raw}`))).toBe(true);
    });
    fc.assert(check, { numRuns: 60 });
  });

  it.each(['userIdentity', 'resources', 'addendum', 'tlsDetails'])(
    '%s of another type is NULL, and in unmapped',
    (name) => {
      const check = fc.property(anyJsonText, (raw) => {
        const [open] = raw;
        fc.pre(open !== (name === 'resources' ? '[' : '{') && raw !== 'null');
        expect(columnsOf(`"${name}":${raw}`)).toMatchObject({
          [name.toLowerCase()]: null,
          unmapped: `{"${name}":${raw}}`,
        });
      });
      fc.assert(check, { numRuns: 60 });
    },
  );
});

describe('any record', () => {
  it('becomes the row that an independent reading of docs/lake.md makes of it', () => {
    const check = fc.property(anyMembers, (members) => {
      const record = `{${TIME}${members}}`;
      const [expected] = readLogFileIndependently(LOG_FILE, Buffer.from(`[${record}]`));
      const { values, partition } = rowOfRecord(record);
      const cells = Object.fromEntries(COLUMNS.map(({ name, type }) => [name, cellOf(type, values[name])]));
      expect(partition).toEqual(expected?.partition);
      expect({ ...cells, unmapped: null }).toEqual({ ...expected?.columns, unmapped: null });
      const unmapped = [values['unmapped'], expected?.columns['unmapped']] as (string | null)[];
      expect(unmappedEntries(unmapped[0] ?? null)).toEqual(unmappedEntries(unmapped[1] ?? null));
    });
    const doubled =
      '"userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":{"a":"\\ud800","a":{}}}}}';
    fc.assert(check, { numRuns: 1500, examples: [[`,${doubled}`]] });
  });

  it('loses no leaf: every one of them occurs in some column', () => {
    const check = fc.property(anyMembers, (members) => {
      let leaves = 1_000_000;
      // Every scalar becomes one that occurs only once; keys, and null, which says nothing, stay.
      const text = members.replaceAll(SCALAR_OR_KEY, (token, colon?: string) => {
        if (colon !== undefined || token === 'null') return token;
        leaves += 1;
        return token.startsWith('"') ? `"${leaves}"` : `${leaves}`;
      });
      const row = scalars(columnsOf(text.slice(1))).join('\n');
      for (let leaf = 1_000_001; leaf <= leaves; leaf += 1) expect(row).toContain(`${leaf}`);
    });
    fc.assert(check, { numRuns: 1000 });
  });
});

describe('records of newer kinds keep all they carry', () => {
  it.each([
    [
      'insight',
      '"eventVersion":"1.07","eventType":"AwsCloudTrailInsight","awsRegion":"r1","eventID":"i","sharedEventID":"s",' +
        '"insightDetails":{"state":"Start","eventName":"N","insightContext":{"statistics":{"insight":{"average":664.0}}}},"eventCategory":"Insight"',
    ],
    [
      'network activity',
      '"eventCategory":"NetworkActivity","vpcEndpointId":"vpce-1","vpcEndpointAccountId":"7","errorCode":"VpceAccessDenied",' +
        '"eventType":"AwsVpceEvent","apiVersion":null,"addendum":{"reason":"R","updatedFields":"u"},"newField":{"a":1.0}',
    ],
    [
      'aggregated',
      '"eventId":"e","accountId":"1","version":"1.0","timeWindow":{"windowStart":"w","windowEnd":"v"},' +
        '"summary":{"primaryDimension":{"dimension":"D","statistics":[{"name":"n","value":12.50}]}},"eventCategory":"Aggregated"',
    ],
  ])('%s', (_, members) => {
    const row = scalars(columnsOf(members)).join('\n');
    const leaves = members.match(/(?<=[:[])("[^"]*"|[\d.]+)/g) ?? [];
    for (const leaf of leaves) expect(row).toContain(leaf.replaceAll('"', ''));
    expect(leaves.length).toBeGreaterThan(5);
  });
});
