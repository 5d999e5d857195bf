import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PART_WEIGHT, PartColumns } from '../../../shared/core/columnar/part-columns.ts';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../../shared/core/sample/sample-log-files.ts';
import { partsByEngine, partsByReference, type LogFile } from '../../oracle/reference-parts.ts';
import { anyMembers } from '../../support/hostile-record.ts';
import { mutated } from '../../support/mutated.ts';
import { LOG_FILE, TIME } from '../../support/rows-of-text.ts';

const ENGINE = new PartColumns();
/** Of parts that weigh so much; the smallest are one row. */
const SMALL = new Map([1, 1500, 3000, 10_000].map((weight) => [weight, new PartColumns(weight)]));
/** More of them by hand: `TRAILSEAL_FUZZ_RUNS=1000000 npx vitest run test/core/columnar`. */
const RUNS = Number(process.env['TRAILSEAL_FUZZ_RUNS'] ?? 150);

function fileOf(...records: readonly string[]): LogFile {
  return { key: LOG_FILE, stored: Buffer.from(`{"Records":[${records.join(',')}]}`) };
}

const record = anyMembers.map((members) => `{${TIME}${members}}`);
const logFile = fc.array(record, { minLength: 1, maxLength: 8 }).map((records) => fileOf(...records));

describe('the engine makes what the reference makes, byte for byte', () => {
  it('of the sample', () => {
    const sample = sampleLogFiles(DEFAULT_SAMPLE_OPTIONS, { records: 3000 });
    const files = Array.from(sample, ({ key, body }) => ({ key, stored: body }));
    expect(partsByEngine(files, DEFAULT_LIMITS, ENGINE)).toEqual(
      partsByReference(files, DEFAULT_LIMITS, PART_WEIGHT),
    );
  });

  it('of records of whatever fields and values', () => {
    fc.assert(
      fc.property(fc.array(logFile, { minLength: 1, maxLength: 3 }), (files) => {
        expect(partsByEngine(files, DEFAULT_LIMITS, ENGINE)).toEqual(
          partsByReference(files, DEFAULT_LIMITS, PART_WEIGHT),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('of log files with bytes changed, left out, doubled and put in', () => {
    fc.assert(
      fc.property(
        logFile.chain(({ key, stored }) => fc.tuple(fc.constant(key), mutated(stored))),
        (file) => {
          const [key, stored] = file;
          const files = [{ key, stored }, fileOf(`{${TIME}}`)];
          expect(partsByEngine(files, DEFAULT_LIMITS, ENGINE)).toEqual(
            partsByReference(files, DEFAULT_LIMITS, PART_WEIGHT),
          );
        },
      ),
      { numRuns: RUNS * 2 },
    );
  });

  it('within limits, and in parts, of whatever size', () => {
    const limits = fc.record({
      records: fc.integer({ min: 1, max: 10 }),
      unreadableRecords: fc.integer({ min: 1, max: 3 }),
      recordBytes: fc.integer({ min: 40, max: 400 }),
      recordDepth: fc.integer({ min: 1, max: 4 }),
      partitions: fc.integer({ min: 1, max: 3 }),
    });
    const days = fc.array(
      fc
        .tuple(fc.integer({ min: 10, max: 14 }), anyMembers)
        .map(([day, members]) => `{"eventTime":"2026-11-${day}T10:20:30Z"${members}}`),
      { minLength: 1, maxLength: 8 },
    );
    const files = fc.array(
      days.map((records) => fileOf(...records)),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(files, limits, fc.constantFrom(...SMALL), (files, some, [weight, columns]) => {
        const limits = { ...DEFAULT_LIMITS, ...some };
        expect(partsByEngine(files, limits, columns)).toEqual(partsByReference(files, limits, weight));
      }),
      { numRuns: RUNS / 3 },
    );
  });
});
