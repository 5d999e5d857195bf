import { publicKeysOf, type PublicKey, type PublicKeys } from '../core/digest-checks.ts';

/** CloudTrail's public keys of a region; it signs with others in each. Throws `PublicKeysUnavailableError`. */
export interface PublicKeySource {
  /** Keys that were valid at some moment between these, in milliseconds since 1970. */
  list(region: string, from: number, to: number): Promise<readonly PublicKey[]>;
}

/** The public keys of a region can't be had (now). */
export class PublicKeysUnavailableError extends Error {
  readonly region: string;

  constructor(region: string, options: ErrorOptions) {
    super(
      `the public keys of CloudTrail in ${region} can't be had: may this role list them, and is the region on?`,
      options,
    );
    this.name = 'PublicKeysUnavailableError';
    this.region = region;
  }
}

interface Asked {
  readonly from: number;
  readonly keys: Promise<PublicKeys>;
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** The public keys of one run: an organisation's accounts share a region's keys, and AWS answers one such question a second. */
export class RegionKeys {
  readonly #source: PublicKeySource;
  readonly #archive: (region: string, keys: readonly PublicKey[]) => Promise<void>;
  readonly #now: number;
  readonly #asked = new Map<string, Asked>();

  /** `archive` is told of keys as they are seen. `now`: milliseconds since 1970. */
  constructor(
    source: PublicKeySource,
    archive: (region: string, keys: readonly PublicKey[]) => Promise<void>,
    now: number,
  ) {
    this.#source = source;
    this.#archive = archive;
    this.#now = now;
  }

  /** By fingerprint, those of digests that end at or after `from`. Throws `PublicKeysUnavailableError`. */
  async of(region: string, from: number): Promise<PublicKeys> {
    const day = Math.floor((from - HOUR) / DAY) * DAY;
    const known = this.#asked.get(region);
    if (known !== undefined && known.from <= day) return await known.keys;
    const keys = this.#ask(region, day);
    this.#asked.set(region, { from: day, keys });
    return await keys;
  }

  async #ask(region: string, from: number): Promise<PublicKeys> {
    const keys = await this.#source.list(region, from, this.#now + HOUR);
    await this.#archive(region, keys);
    return publicKeysOf(keys);
  }
}
