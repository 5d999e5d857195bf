import {
  decodeCompactionReceipts,
  type CompactionPlan,
  type CompactionReceipts,
  type HeldObject,
} from '../core/compaction-format.ts';
import { finding, type Finding } from '../core/finding.ts';
import { decodeReceipts, understood, type BatchReceipts } from '../core/lake-format.ts';
import { compactionKey, parseBatchKey, partitionPrefix, receiptsKey } from '../core/lake-keys.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { readOr } from './read-evidence.ts';

const READS_AHEAD = 4;

/** Every small object that it added stands in receipts of a batch, with this hash and as many rows; and it holds no others. */
export async function* verifyHeld(
  receipts: CompactionReceipts,
  plan: CompactionPlan | undefined,
  lake: EvidenceStore,
): AsyncGenerator<Finding> {
  const key = compactionKey(receipts, 'receipts');
  const told = (object: string, what: string): Finding =>
    finding('compaction-contradicts-receipts', key, `${object} ${what}`);
  yield* checkOwn(receipts, told);
  const base = plan?.base == null ? undefined : await baseOf(receipts, plan.base.generation, lake);
  const before = plan?.base == null ? [] : base?.holds;
  for (const object of base === undefined ? [] : (plan?.base?.objects ?? [])) {
    const isOfBase = base?.objects.some((one) => one.key === object.key && one.sha256 === object.sha256);
    if (isOfBase !== true) yield told(object.key, 'is no object of the generation before it');
  }
  if (plan !== undefined) {
    const expected = [...(before ?? []), ...plan.added].map(idOf).sort().join('\n');
    if (before !== undefined && expected !== receipts.holds.map(idOf).sort().join('\n'))
      yield finding(
        'compaction-contradicts-receipts',
        key,
        'it holds other objects than its plan and the generation before say',
      );
  }
  const known = new Set(before?.map(idOf));
  const added = receipts.holds.filter((held) => !known.has(idOf(held)));
  const byReceipts = Map.groupBy(added, (held) => held.receipts);
  const read = async ([batch, held]: [string, HeldObject[]]): Promise<
    [HeldObject[], BatchReceipts | undefined]
  > => [held, await readBatch(batch, lake)];
  for await (const [held, batch] of mapAhead(byReceipts, READS_AHEAD, read)) {
    const named = new Map(batch?.objects.map((object) => [object.key, object]));
    for (const one of held) {
      const object = named.get(one.key);
      if (object === undefined) yield told(one.key, `is not named by ${one.receipts}`);
      else if (object.sha256 !== one.sha256 || object.rows !== one.rows)
        yield told(one.key, `has another hash or number of rows in ${one.receipts}`);
    }
  }
}

/** What it holds is of its own partition, each object once, and as many rows as its objects have deliveries. */
function* checkOwn(
  { partition, holds, objects }: CompactionReceipts,
  told: (object: string, what: string) => Finding,
): Generator<Finding> {
  const seen = new Set<string>();
  for (const { key } of holds) {
    if (!key.startsWith(partitionPrefix(partition))) yield told(key, 'is of another partition');
    else if (seen.has(key)) yield told(key, 'is held twice');
    seen.add(key);
  }
  const rows = holds.reduce((sum, held) => sum + held.rows, 0);
  const deliveries = objects.reduce((sum, object) => sum + object.deliveries, 0);
  if (rows !== deliveries)
    yield told('what it holds', `has ${rows} rows, and its objects ${deliveries} deliveries`);
}

/** Undefined if the generation can't be read: its own finding. */
async function baseOf(
  { partition }: CompactionReceipts,
  generation: number,
  lake: EvidenceStore,
): Promise<CompactionReceipts | undefined> {
  const key = compactionKey({ partition, generation }, 'receipts');
  const stored = await readOr(lake, key, 'receipts-unreadable');
  if (stored === undefined || 'code' in stored) return undefined;
  return understood(() => decodeCompactionReceipts(key, stored.bytes));
}

/** Undefined for what is no receipts, or those of another batch. */
export async function readBatch(key: string, lake: EvidenceStore): Promise<BatchReceipts | undefined> {
  const stored =
    parseBatchKey(key) === undefined ? undefined : await readOr(lake, key, 'receipts-unreadable');
  if (stored === undefined || 'code' in stored) return undefined;
  const receipts = understood(() => decodeReceipts(key, stored.bytes));
  return receipts !== undefined && receiptsKey(receipts) === key ? receipts : undefined;
}

function idOf({ key, sha256, rows }: HeldObject): string {
  return `${key} ${sha256} ${rows}`;
}
