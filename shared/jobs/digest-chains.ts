import {
  checkDigest,
  checkLink,
  checkSignature,
  fromLogs,
  headOf,
  type ChainHead,
  type FoundDigest,
  type PublicKeys,
} from '../core/digest-checks.ts';
import { DigestFormatError, readDigest, signatureInHeader, type Digest } from '../core/digest-file.ts';
import { chainOf, parseDigestKey, type DigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import type { Evidence, EvidenceStore } from './evidence.ts';
import { readOr } from './read-evidence.ts';

/** CloudTrail writes a digest every hour, minutes after its end; so does seal. */
const DUE_MS = 90 * 60 * 1000;

/** A digest that could be read. */
export interface TakenDigest {
  readonly found: FoundDigest;
  /** Of a digest whose signature is wrong, none: what a forged digest names is its forger's choice, and isn't followed. */
  readonly logFiles: Digest['logFiles'];
}

/** How far a chain was verified; what the next run goes on from. */
export interface VerifiedHead extends ChainHead {
  readonly chain: string;
  /** Whether its signature was checked: in a folder, the next digest has it. */
  readonly vouched: boolean;
  /** Whether no other digest of its chain was met. */
  readonly isOnly: boolean;
}

interface Link {
  readonly head: ChainHead;
  /** The digest itself, if it was read in this run. */
  readonly found: FoundDigest | undefined;
  /** Whether its signature has been checked. */
  readonly vouched: boolean;
  readonly isOnly: boolean;
}

/** Chains of digests, each of an account, region and trail: their digests come in order of time, whatever comes in between. */
export class DigestChains {
  readonly #store: EvidenceStore;
  readonly #keys: PublicKeys;
  readonly #links = new Map<string, Link>();
  /** Digests met, readable or not. */
  digests = 0;

  constructor(store: EvidenceStore, keys: PublicKeys, heads: readonly VerifiedHead[] = []) {
    this.#store = store;
    this.#keys = keys;
    for (const { chain, vouched, isOnly, ...head } of heads)
      this.#links.set(chain, { head, found: undefined, vouched, isOnly });
  }

  get size(): number {
    return this.#links.size;
  }

  /** Whether some digest of this one's chain is known. */
  has(digest: DigestKey): boolean {
    return this.#links.has(chainOf(digest));
  }

  /** The chain of `digest` goes on after this one, which was not verified. */
  goOnAfter(digest: DigestKey, head: ChainHead): void {
    this.#links.set(chainOf(digest), { head, found: undefined, vouched: true, isOnly: false });
  }

  heads(): VerifiedHead[] {
    return [...this.#links].map(([chain, { head, vouched, isOnly }]) => {
      const { key, endTime, sha256, signature } = head;
      return { key, endTime, sha256, signature, chain, vouched, isOnly };
    });
  }

  /** Reads the digests that an earlier run ended with, where they are still to be vouched for. */
  async readHeads(): Promise<void> {
    for (const [chain, link] of this.#links) {
      const parsed = parseDigestKey(link.head.key);
      const evidence = link.vouched
        ? undefined
        : await readOr(this.#store, link.head.key, 'digest-unreadable');
      if (parsed === undefined || evidence === undefined || 'code' in evidence) continue;
      const found = this.#found(link.head.key, parsed, evidence);
      if (!('code' in found)) this.#links.set(chain, { ...link, found });
    }
  }

  /** Takes the next digest of its chain, as it was read. Returns undefined for one that is none. */
  *take(key: string, evidence: Evidence | Finding): Generator<Finding, TakenDigest | undefined> {
    this.digests += 1;
    const parsed = parseDigestKey(key);
    if (parsed === undefined) return undefined;
    const found = 'code' in evidence ? evidence : this.#found(key, parsed, evidence);
    if ('code' in found) {
      yield found;
      return undefined;
    }
    const id = chainOf(parsed);
    const before = this.#links.get(id);
    yield* checkDigest(found, this.#keys, this.#store.bucket);
    yield* checkLink(found, before?.head);
    if (before?.found !== undefined && !before.vouched) yield* this.#vouch(before.found, found);
    const forged = found.signature === undefined ? [] : checkSignature(found, found.signature, this.#keys);
    yield* forged;
    if (found.signature === undefined && this.#store.bucket !== undefined)
      yield finding('digest-signature-missing', key, 'the object has no metadata signature');
    const vouched = found.signature !== undefined;
    this.#links.set(id, { head: headOf(found), found, vouched, isOnly: before === undefined });
    return { found, logFiles: forged.length === 0 ? found.read.digest.logFiles : [] };
  }

  #found(key: string, parsed: DigestKey, { bytes, signature }: Evidence): FoundDigest | Finding {
    try {
      // A copy has no metadata; a digest of ours has its signature in the header too.
      const inHeader = this.#store.bucket === undefined ? signatureInHeader(bytes) : undefined;
      return { key, parsed, read: readDigest(bytes), signature: signature ?? inHeader };
    } catch (error) {
      if (error instanceof DigestFormatError) return finding('digest-unreadable', key, error.message);
      throw error;
    }
  }

  /** In a folder, the signature of a digest of CloudTrail's is where the next one keeps it. */
  #vouch(before: FoundDigest, { read: { digest } }: FoundDigest): Finding[] {
    const { previousDigestS3Object: named, previousDigestSignature: signature } = digest;
    if (signature !== null && named !== null && fromLogs(named) === fromLogs(before.key))
      return checkSignature(before, signature, this.#keys);
    return [finding('digest-signature-missing', before.key, 'no later digest vouches for it')];
  }

  /**
   * The newest digests: whether somebody vouches for them, and whether newer ones are due by `until` (milliseconds since 1970). One that is
   * late by no more than `patience` milliseconds is a notice yet.
   */
  *ends(until: number | undefined, patience = 0): Generator<Finding> {
    const hourly = [...this.#links].filter(([chain]) => !chain.endsWith(' backfill'));
    const ends = hourly.map(([, { head }]) => Date.parse(head.endTime));
    // In a copy, the chains of other regions and accounts say how far it goes.
    const due = until ?? ends.reduce((newest, end) => Math.max(newest, end), 0);
    for (const [chain, { head, found, vouched, isOnly }] of this.#links) {
      if (!vouched && found !== undefined && this.#store.bucket === undefined) {
        const evidence = `it is the ${isOnly ? 'only one' : 'newest'} of its chain, so nothing vouches for it and its ${found.read.digest.logFiles.length} log files`;
        yield finding('digest-signature-missing', head.key, evidence, isOnly ? 'alarm' : 'notice');
      }
      if (!chain.endsWith(' backfill') && Date.parse(head.endTime) < due - DUE_MS) {
        const evidence = `the newest digest of its chain ends at ${head.endTime}; others were due by ${new Date(due).toISOString()}`;
        const isLate = Date.parse(head.endTime) >= due - DUE_MS - patience;
        yield finding('digest-too-old', head.key, evidence, isLate ? 'notice' : 'alarm');
      }
    }
  }
}
