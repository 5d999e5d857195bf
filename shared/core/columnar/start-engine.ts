import { randomBytes } from 'node:crypto';
import { newEngine, type Engine } from './engine.ts';
import { LEAVES, numberOfLeaf } from './leaves.ts';
import { MemoryViews } from './memory-views.ts';
import { recordTable } from './shape-tables.ts';

export interface StartedEngine {
  readonly engine: Engine;
  readonly memory: MemoryViews;
  /** Address of the record's shape. */
  readonly record: number;
}

/** An engine that knows the lake's leaves and the record's shape, and has no rows. */
export function startEngine(): StartedEngine {
  const engine = newEngine();
  const memory = new MemoryViews(engine);
  const key = randomBytes(16);
  engine.setHashKey(key.readBigUInt64LE(0), key.readBigUInt64LE(8));
  setLeaves(engine);
  return { engine, memory, record: recordTable(engine) };
}

function setLeaves(engine: Engine): void {
  let shared = 0n;
  for (const { source, encoding, number } of LEAVES) {
    if (source === 'text' && encoding === 'RLE_DICTIONARY') shared |= 1n << BigInt(number);
  }
  engine.setLeaves(
    BigInt.asUintN(64, shared),
    shared >> 64n,
    numberOfLeaf('resources.list.element.arn'),
    numberOfLeaf('useridentity.sessioncontext.webidfederationdata.attributes.key_value.key'),
    numberOfLeaf('eventtime'),
    numberOfLeaf('unmapped'),
    numberOfLeaf('logfile'),
  );
}
