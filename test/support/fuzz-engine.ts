import { isDeepStrictEqual } from 'node:util';
import { PART_SIZES, PartColumns } from '../../shared/core/columnar/part-columns.ts';
import { startEngine } from '../../shared/core/columnar/start-engine.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { partsByEngine, partsByReference, type LogFile } from '../oracle/reference-parts.ts';

const started = startEngine();
/** Texts whole; and all of them in pieces shorter than most records. */
const ENGINES = [new PartColumns({}, started), new PartColumns({ largeText: 0, pieceBytes: 150 }, started)];

/** The first of the log files of which the engine doesn't make what the reference makes; undefined if there is none. */
export async function differingFile(files: readonly LogFile[]): Promise<LogFile | undefined> {
  if (await areSame(files)) return undefined;
  for (const file of files) if (!(await areSame([file]))) return file;
  throw new Error('these log files differ together, and none of them by itself');
}

async function areSame(files: readonly LogFile[]): Promise<boolean> {
  const reference = partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight);
  for (const engine of ENGINES) {
    if (!isDeepStrictEqual(await partsByEngine(files, DEFAULT_LIMITS, engine), reference)) return false;
  }
  return true;
}
