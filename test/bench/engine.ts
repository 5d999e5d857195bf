import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { encodeObject } from '../../shared/core/columnar/encode-object.ts';
import { GatheredRows } from '../../shared/core/columnar/gathered-rows.ts';
import { MOST_ROWS } from '../../shared/core/columnar/memory-views.ts';
import { startEngine } from '../../shared/core/columnar/start-engine.ts';
import { gunzipLogFile } from '../../shared/core/gunzip.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { parseTrailKey } from '../../shared/core/log-file-key.ts';
import { corpus } from './corpus.ts';

/**
 * `npm run bench:engine`: what each step of the path takes of the processor, in microseconds a record of typical log files; the fastest of
 * many rounds, for a machine that is shared only ever adds to it. Records of the reference are stepped over: they are one in three hundred.
 */

const ROUNDS = 25;
const [CONTAINER, END, FOR_REFERENCE] = ['{"Records":['.length, 0, 1];

const files = [...corpus({ recordsPerFile: 600, rawBytes: 20e6, accounts: 1, regions: 1 })];
const { engine, memory, record } = startEngine();
const fastest = new Map<string, number>();
let taken = new Map<string, number>();

for (let round = 0; round < ROUNDS; round += 1) {
  taken = new Map();
  const rows = measured('all', part);
  for (const [step, micros] of taken) {
    fastest.set(step, Math.min(fastest.get(step) ?? Infinity, micros / rows));
  }
}
for (const [step, micros] of fastest) console.log(`${step.padEnd(30)} ${micros.toFixed(2)}`);

/** All log files into one object: how many rows it has. */
function part(): number {
  const gathered = new GatheredRows(engine, memory);
  for (const [position, { key, body }] of files.entries()) {
    const text = measured('gunzip', () => gunzipLogFile(body, DEFAULT_LIMITS.logFileBytes));
    measured('SHA-256 of the text', () => hash('sha256', text));
    measured('UTF-8, copy', () => {
      isUtf8(text);
      memory.putText(text);
    });
    const from = engine.rowsSoFar();
    measured('scan', () => {
      scan(key);
    });
    const of = { position, trail: parseTrailKey(key), partitions: new Set<string>(), oldest: 0, newest: 0 };
    measured('SHA-256 of records, partitions', () => {
      gathered.addFrom(from, of);
    });
  }
  const rows = engine.rowsSoFar();
  memory.putOrder(Array.from({ length: rows }, (_, row) => row));
  measured('pages, zstd', () => encodeObject(engine, rows));
  engine.forgetPart();
  return rows;
}

function scan(key: string): void {
  engine.setLogFile(memory.putScratch(key));
  engine.beginText(engine.textAt.value + CONTAINER);
  const { records, recordBytes, recordDepth } = DEFAULT_LIMITS;
  for (;;) {
    const stop = engine.scanRecords(record, MOST_ROWS, records, recordBytes, recordDepth, Infinity);
    if (stop === END) return;
    if (stop !== FOR_REFERENCE) throw new Error(`the engine stopped for ${stop} in ${key}`);
    engine.stepOver();
  }
}

function measured<T>(step: string, run: () => T): T {
  const start = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(start);
  taken.set(step, (taken.get(step) ?? 0) + user + system);
  return result;
}
