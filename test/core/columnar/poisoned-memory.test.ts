import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Engine } from '../../../shared/core/columnar/engine.ts';
import { PART_SIZES, PartColumns } from '../../../shared/core/columnar/part-columns.ts';
import { startEngine } from '../../../shared/core/columnar/start-engine.ts';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import { partsByEngine, partsByReference } from '../../oracle/reference-parts.ts';
import { anyMembers } from '../../support/hostile-record.ts';
import { mutated } from '../../support/mutated.ts';
import { LOG_FILE, TIME } from '../../support/rows-of-text.ts';

/**
 * The engine's memory is never wiped: behind a text stand older ones, of other log files and perhaps other tenants. Here all that a text,
 * a part or a page may have left there is somebody's secret, spelled so that any scanner that ran over would take it for JSON.
 */
const SECRET = 'somebodys-secret';
const LEFT_BEHIND = Buffer.from(
  `","errorMessage":"${SECRET}","resources":[{"ARN":"${SECRET}"}]},{${TIME},"userAgent":"${SECRET}"}]}${' '.repeat(64)}`,
);
const POISONED_BYTES = 256 * 1024;

const started = startEngine();
const COLUMNS = new PartColumns({}, started);
const IN_PIECES = new PartColumns({ largeText: 0, pieceBytes: 70 }, started);

function poison({ memory, ...engine }: Engine): void {
  const bytes = Buffer.from(memory.buffer);
  const places = [engine.textAt, engine.scratchAt, engine.listsAt, engine.heapAt, engine.outputAt];
  for (const { value } of [...places, engine.definitionsAt]) {
    bytes.fill(LEFT_BEHIND, value, value + POISONED_BYTES);
  }
  for (const { value } of [
    engine.timesAt,
    engine.spansAt,
    engine.hashesAt,
    engine.orderAt,
    engine.resultAt,
  ]) {
    bytes.fill(LEFT_BEHIND, value, value + 16 * 1024);
  }
}

it.each([
  ['whole', COLUMNS],
  ['in pieces', IN_PIECES],
])(
  'what stands in memory from other log files is in no row of a log file that is read %s',
  async (_, columns) => {
    const record = anyMembers.map((members) => `{${TIME}${members}}`);
    const text = fc
      .array(record, { minLength: 1, maxLength: 5 })
      .map((records) => Buffer.from(`{"Records":[${records.join(',')}]}`));
    const stored = text.chain((text) =>
      fc.oneof(
        fc.constant(text),
        mutated(text),
        fc.nat(text.length).map((end) => text.subarray(0, end)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(stored, async (stored) => {
        poison(started.engine);
        const files = [{ key: LOG_FILE, stored }];
        const parts = await partsByEngine(files, DEFAULT_LIMITS, columns);
        expect(parts).toEqual(partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight));
      }),
      { numRuns: Number(process.env['TRAILSEAL_FUZZ_RUNS'] ?? 100) },
    );
  },
);
