import { signatureInHeader } from '../core/digest-file.ts';
import { parseDigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import { CHAIN, CHAIN_KEY, chainDigestKey, SEAL_KEYS, type Chain } from '../core/seal-format.ts';
import type { TakenDigest } from './digest-chains.ts';
import type { EvidenceStore } from './evidence.ts';
import { readOr, type Reading } from './read-evidence.ts';

/** What our own chain has to be besides what any chain of digests has to be. */

const HOUR = 60 * 60 * 1000;

/** What chain there is; undefined, and a finding, if what says so is gone or damaged. */
export async function* readChain(
  lake: EvidenceStore,
  isExpected: boolean | undefined,
): AsyncGenerator<Finding, Chain | undefined> {
  const evidence = await readOr(lake, CHAIN_KEY, 'digest-unreadable');
  if (evidence === undefined) {
    const trace = await traceOfChain(lake);
    const told =
      trace === undefined ? NOTHING_SEALED : `${trace} is there, and what says of which chain it is, is gone`;
    const isAlarm = trace !== undefined || isExpected === true;
    if (isAlarm || isExpected !== undefined)
      yield finding('digest-missing', CHAIN_KEY, told, isAlarm ? 'alarm' : 'notice');
    return undefined;
  }
  if ('code' in evidence) {
    yield evidence;
    return undefined;
  }
  const parsed = CHAIN.safeParse(jsonOf(evidence.bytes));
  if (parsed.success) return parsed.data;
  yield finding('digest-unreadable', CHAIN_KEY, 'it does not say what chain there is');
  return undefined;
}

/** Something that only a chain leaves. */
async function traceOfChain(lake: EvidenceStore): Promise<string | undefined> {
  for (const prefix of ['AWSLogs/', SEAL_KEYS]) for await (const key of lake.list(prefix)) return key;
  return undefined;
}

const NOTHING_SEALED =
  'nothing in the lake is sealed: what was removed together with its log files can not be found';

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Whether a digest of this name is one of the chain. */
export function isOf(chain: Chain, key: string): boolean {
  const parsed = parseDigestKey(key);
  return parsed !== undefined && chainDigestKey(chain, parsed.endTime) === key;
}

/** The header's copy is what seal goes on after; a copy of the digest has no other. */
export function* checkHeader(key: string, evidence: Reading, { found }: TakenDigest): Generator<Finding> {
  if (evidence === undefined || 'code' in evidence) return;
  const inHeader = signatureInHeader(evidence.bytes);
  if (inHeader === undefined)
    yield finding('digest-signature-missing', key, 'its gzip header has none, as every digest of ours has');
  else if (found.signature !== undefined && inHeader !== found.signature)
    yield finding('digest-signature-invalid', key, 'its gzip header has another signature than its metadata');
}

/** Of the first digest that is there. */
export function* checkStart({ start }: Chain, { found }: TakenDigest): Generator<Finding> {
  const { digestStartTime, previousDigestS3Object } = found.read.digest;
  if (previousDigestS3Object !== null || digestStartTime === start) return;
  const evidence = `it starts the chain at ${digestStartTime}, and ${CHAIN_KEY} says ${start}`;
  yield finding('digest-chain-restarted', found.key, evidence);
}

/** None of the chain's digests was there. */
export async function* checkNone(
  lake: EvidenceStore,
  { start }: Chain,
  until: number | undefined,
): AsyncGenerator<Finding> {
  const isNew = until !== undefined && Date.parse(start) + 2.5 * HOUR > until;
  if (isNew && (await traceOfChain(lake)) === undefined) return;
  yield finding(
    'digest-missing',
    CHAIN_KEY,
    `the chain starts at ${start}, and none of its digests is there`,
  );
}
