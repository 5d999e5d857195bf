import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PART_SIZES, PartColumns } from '../../../shared/core/columnar/part-columns.ts';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../../shared/core/sample/sample-log-files.ts';
import { partsByEngine, partsByReference, type LogFile } from '../../oracle/reference-parts.ts';
import { anyMembers } from '../../support/hostile-record.ts';
import { mutated } from '../../support/mutated.ts';
import { LOG_FILE, TIME } from '../../support/rows-of-text.ts';

const ENGINE = new PartColumns();
/** Of parts that weigh so much; the smallest are one row. */
const SMALL = new Map(
  [1, 1500, 3000, 10_000].map((weight) => [weight, new PartColumns({ partWeight: weight })]),
);
/** More of them by hand: `TRAILSEAL_FUZZ_RUNS=1000000 npx vitest run test/core/columnar`. */
const RUNS = Number(process.env['TRAILSEAL_FUZZ_RUNS'] ?? 150);
/** For which all texts are large; a piece is no longer than a record. */
const IN_PIECES = new PartColumns({ largeText: 0, pieceBytes: 100 });

function fileOf(...records: readonly string[]): LogFile {
  return { key: LOG_FILE, stored: Buffer.from(`{"Records":[${records.join(',')}]}`) };
}

const record = anyMembers.map((members) => `{${TIME}${members}}`);
const logFile = fc.array(record, { minLength: 1, maxLength: 8 }).map((records) => fileOf(...records));

describe('the engine makes what the reference makes, byte for byte', () => {
  it('of the sample', async () => {
    const sample = sampleLogFiles(DEFAULT_SAMPLE_OPTIONS, { records: 3000 });
    const files = Array.from(sample, ({ key, body }) => ({ key, stored: body }));
    expect(await partsByEngine(files, DEFAULT_LIMITS, ENGINE)).toEqual(
      partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight),
    );
  });

  it('of more values than their table has room for at first, by orders', async () => {
    const records = Array.from({ length: 12_000 }, (_, i) => {
      const names = ['eventName', 'userAgent', 'errorMessage'].map((field) => `"${field}":"${field} ${i}"`);
      return `{${TIME},${names.join(',')},"resources":[{"ARN":"${i}"}]}`;
    });
    const files = [fileOf(...records)];
    expect(await partsByEngine(files, DEFAULT_LIMITS, ENGINE)).toEqual(
      partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight),
    );
  });

  it('of records of whatever fields and values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(logFile, { minLength: 1, maxLength: 3 }), async (files) => {
        expect(await partsByEngine(files, DEFAULT_LIMITS, ENGINE)).toEqual(
          partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('of log files with bytes changed, left out, doubled and put in', async () => {
    await fc.assert(
      fc.asyncProperty(
        logFile.chain(({ key, stored }) => fc.tuple(fc.constant(key), mutated(stored))),
        async (file) => {
          const [key, stored] = file;
          const files = [{ key, stored }, fileOf(`{${TIME}}`)];
          expect(await partsByEngine(files, DEFAULT_LIMITS, ENGINE)).toEqual(
            partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight),
          );
        },
      ),
      { numRuns: RUNS * 2 },
    );
  });

  it('of log files that are read in pieces, whatever their bytes', async () => {
    const gzipped = logFile.chain(({ key, stored }) =>
      fc.oneof(fc.constant(stored), mutated(stored)).map((text) => ({ key, stored: gzipSync(text) })),
    );
    const broken = gzipped.chain(({ key, stored }) =>
      mutated(stored).map((bytes) => ({ key, stored: bytes })),
    );
    const file = fc.oneof({ weight: 3, arbitrary: logFile }, { weight: 4, arbitrary: gzipped }, broken);
    await fc.assert(
      fc.asyncProperty(file, async (file) => {
        const files = [file, fileOf(`{${TIME}}`)];
        expect(await partsByEngine(files, DEFAULT_LIMITS, IN_PIECES)).toEqual(
          partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight),
        );
      }),
      { numRuns: RUNS * 2 },
    );
  });

  it('within limits, and in parts, of whatever size', async () => {
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
    await fc.assert(
      fc.asyncProperty(files, limits, fc.constantFrom(...SMALL), async (files, some, [weight, columns]) => {
        const limits = { ...DEFAULT_LIMITS, ...some };
        expect(await partsByEngine(files, limits, columns)).toEqual(partsByReference(files, limits, weight));
      }),
      { numRuns: RUNS / 3 },
    );
  });
});
