import * as z from 'zod';
import { prefixBeyond, slotName } from '../core/rules/alert-keys.ts';
import { forgetOldest } from './forget-oldest.ts';
import type { ObjectStore } from './ports.ts';

const SLOT = z.strictObject({ format: z.literal(1), group: z.string() });

/**
 * Which groups of a rule's window are told of one by one: the first so many that get a place, each of which is an immutable object that names its
 * group. Whoever asks for a group that has a place finds it, in whichever container and however often; so none takes two.
 */
export class AlertPlaces {
  readonly #store: ObjectStore;
  /** Place → the group that has it, as far as is known: kept between calls, it spares requests. */
  readonly #known: Map<string, string>;
  readonly #asked = new Map<string, Promise<boolean>>();
  /** One at a time of each rule and window, for each sees where the one before ended up. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: ObjectStore, known: Map<string, string>) {
    this.#store = store;
    this.#known = known;
  }

  /** Whether the group of this prefix is one of the `most`. Throws what the store throws. */
  async has(prefix: string, most: number): Promise<boolean> {
    const asked = this.#asked.get(prefix);
    if (asked !== undefined) return await asked;
    const beyond = prefixBeyond(prefix);
    const before = this.#turns.get(beyond) ?? Promise.resolve();
    const found = before.catch(() => undefined).then(async () => await this.#find(prefix, beyond, most));
    this.#turns.set(beyond, found);
    this.#asked.set(prefix, found);
    found.catch(() => this.#asked.delete(prefix));
    return await found;
  }

  async #find(prefix: string, beyond: string, most: number): Promise<boolean> {
    for (let number = 1; number <= most; number += 1) {
      const slot = beyond + slotName(number);
      const holder = this.#known.get(slot) ?? (await this.#take(slot, prefix));
      this.#known.set(slot, holder);
      forgetOldest(this.#known);
      if (holder === prefix) return true;
    }
    return false;
  }

  /** Who has it now. */
  async #take(slot: string, prefix: string): Promise<string> {
    const document = Buffer.from(`${JSON.stringify({ format: 1, group: prefix })}\n`);
    if ((await this.#store.putIfAbsent(slot, document)) === 'stored') return prefix;
    const stored = await this.#store.get(slot);
    // Taken and gone: its time was over.
    return stored === undefined ? '' : SLOT.parse(JSON.parse(Buffer.from(stored).toString())).group;
  }
}
