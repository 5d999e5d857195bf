import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectOfRows } from '../support/object-of-rows.ts';
import type { Row } from '../../shared/core/record-row.ts';
import { metadataOf } from '../support/read-parquet.ts';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

type Bounds = {
  readonly min_value?: unknown;
  readonly max_value?: unknown;
  readonly null_count?: bigint | number;
};

/** Of each leaf of the first row group, by path. */
function statisticsOf(rows: readonly Row[]): Map<string, Bounds | undefined> {
  const [group] = metadataOf(objectOfRows(rows)).row_groups;
  return new Map(
    group?.columns.map(({ meta_data }) => [meta_data?.path_in_schema.join('.') ?? '', meta_data?.statistics]),
  );
}

function rowsWith(errorCodes: readonly string[]): Row[] {
  return errorCodes.map((agent) => rowOfRecord(`{${TIME},"errorCode":${JSON.stringify(agent)}}`));
}

/** Whether a reader that looks for this value reads on; no bound at all prunes nothing. */
function isWithin(bounds: Bounds | undefined, value: Buffer): boolean {
  const { min_value: min, max_value: max } = bounds ?? {};
  const above = min === undefined || Buffer.compare(asBytes(min), value) <= 0;
  return above && (max === undefined || Buffer.compare(asBytes(max), value) >= 0);
}

function asBytes(value: unknown): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value as Uint8Array);
}

describe('the statistics of a Parquet file', () => {
  it('hold ARNs whole, for all of them start alike', () => {
    const role = `arn:aws:sts::111122223333:assumed-role/${'r'.repeat(64)}/`;
    const rows = ['b', 'a', 'c'].map((name) =>
      rowOfRecord(`{${TIME},"userIdentity":{"arn":"${role}${name}"}}`),
    );
    expect(statisticsOf(rows).get('useridentity.arn')).toMatchObject({
      min_value: `${role}a`,
      max_value: `${role}c`,
    });
  });

  it('of event_ts are its first and last instant', () => {
    const rows = ['2026-11-21T00:00:00.001Z', '2026-11-21T23:59:59.999Z'].map((time) =>
      rowOfRecord(`{"eventTime":"${time}"}`),
    );
    expect(statisticsOf(rows).get('event_ts')).toMatchObject({
      min_value: new Date('2026-11-21T00:00:00.001Z'),
      max_value: new Date('2026-11-21T23:59:59.999Z'),
    });
  });

  it('count NULLs, and empty strings as values', () => {
    const rows = [...rowsWith(['']), rowOfRecord(`{${TIME}}`)];
    expect(statisticsOf(rows).get('errorcode')).toMatchObject({
      min_value: '',
      max_value: '',
      null_count: 1n,
    });
  });

  it('stay away from JSON text and hashes', () => {
    const statistics = statisticsOf([rowOfRecord(`{${TIME},"requestParameters":{"a":1}}`)]);
    for (const column of ['requestparameters', 'unmapped', 'recordhash']) {
      expect(statistics.get(column)?.min_value).toBeUndefined();
    }
  });

  // A bound that is too tight hides rows from every query that filters: an attacker chooses user agents.
  it('never exclude a value that is there, in the byte order that readers prune by', () => {
    const character = fc.constantFrom(
      'a',
      'é',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10ffff}',
      '\0',
      '\x7f',
    );
    const long = fc
      .tuple(
        fc.constantFrom(0, 250, 253, 254, 255, 256, 300),
        character,
        fc.array(character, { maxLength: 8 }),
      )
      .map(([length, filler, tail]) => filler.repeat(length) + tail.join(''));
    fc.assert(
      fc.property(fc.array(long, { minLength: 1, maxLength: 4 }), (agents) => {
        const bounds = statisticsOf(rowsWith(agents)).get('errorcode');
        for (const agent of agents) expect(isWithin(bounds, Buffer.from(agent))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
