import { isDeepStrictEqual } from 'node:util';
import { PART_SIZES, PartColumns } from '../../shared/core/columnar/part-columns.ts';
import { startEngine } from '../../shared/core/columnar/start-engine.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { partsByEngine, partsByReference, type LogFile, type Parts } from '../oracle/reference-parts.ts';

const started = startEngine();
/** Texts whole; and all of them in pieces shorter than most records. */
const ENGINES = [new PartColumns({}, started), new PartColumns({ largeText: 0, pieceBytes: 150 }, started)];

export interface Compared {
  /** The first of the log files of which the engine doesn't make what the reference makes; undefined if there is none. */
  readonly differing: LogFile | undefined;
  /** How many records those that could be read to their end had. */
  readonly records: number;
}

/** What the engine makes of log files, whole and in pieces, beside what the reference makes of them. */
export async function compareFiles(files: readonly LogFile[]): Promise<Compared> {
  const reference = partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight);
  const records = reference.outcomes.reduce(
    (sum, outcome) => sum + (outcome.kind === 'read' ? outcome.records : 0),
    0,
  );
  if (await isSame(files, reference)) return { differing: undefined, records };
  for (const file of files) {
    const alone = partsByReference([file], DEFAULT_LIMITS, PART_SIZES.partWeight);
    if (!(await isSame([file], alone))) return { differing: file, records };
  }
  throw new Error('these log files differ together, and none of them by itself');
}

async function isSame(files: readonly LogFile[], reference: Parts): Promise<boolean> {
  for (const engine of ENGINES) {
    if (!isDeepStrictEqual(await partsByEngine(files, DEFAULT_LIMITS, engine), reference)) return false;
  }
  return true;
}
