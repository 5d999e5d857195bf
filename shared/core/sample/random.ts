import { createHash } from 'node:crypto';

/**
 * The generator's only source of chance: sfc32 (Chris Doty-Humphrey's Small Fast Counting PRNG), seeded by a SHA-256 of
 * the seed text. Not for secrets.
 */

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(seed: string) {
    const hash = createHash('sha256').update(seed).digest();
    this.#a = hash.readInt32LE(0);
    this.#b = hash.readInt32LE(4);
    this.#c = hash.readInt32LE(8);
    this.#counter = hash.readInt32LE(12);
  }

  /** A 32-bit integer, signed. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** From 0 up to, not including, 1. */
  float(): number {
    return (this.bits() >>> 0) / 4294967296;
  }

  /** An integer from 0 up to, not including, `below`. */
  int(below: number): number {
    return Math.floor(this.float() * below);
  }

  between(least: number, most: number): number {
    return least + this.int(most - least + 1);
  }

  chance(share: number): boolean {
    return this.float() < share;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T;
  }

  /** The first items far more often than the last, as in any account a few buckets take most of the calls. */
  pickSkewed<T>(items: readonly T[]): T {
    const u = this.float();
    return items[Math.floor(u * u * u * items.length)] as T;
  }

  /** Log-normal: what sizes and bursts look like. */
  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.float()));
  }

  /** Shaped like a version 4 UUID. */
  uuid(): string {
    const second = (this.bits() & 0xffff0fff) | 0x4000;
    const third = (this.bits() & 0x3fffffff) | 0x80000000;
    return `${word(this.bits())}-${halves(second)}-${halves(third)}${word(this.bits())}`;
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length) text += word(this.bits());
    return text.slice(0, length);
  }

  base62(length: number): string {
    return this.#letters(BASE62, length);
  }

  base64(length: number): string {
    return this.#letters(BASE64, length);
  }

  /** The alphabet of AWS's own ids. */
  base32(length: number): string {
    return this.#letters(BASE32, length);
  }

  #letters(alphabet: string, length: number): string {
    let text = '';
    // Five letters from each draw of 32 bits.
    for (let left = length; left > 0; left -= 5) {
      let bits = this.bits() >>> 0;
      for (let i = Math.min(left, 5); i > 0; i--) {
        text += alphabet.charAt((bits & 63) % alphabet.length);
        bits >>>= 6;
      }
    }
    return text;
  }
}

function pair(byte: number): string {
  return HEX_PAIRS[byte & 255] as string;
}

function word(bits: number): string {
  return pair(bits >>> 24) + pair(bits >>> 16) + pair(bits >>> 8) + pair(bits);
}

function halves(bits: number): string {
  return `${pair(bits >>> 24)}${pair(bits >>> 16)}-${pair(bits >>> 8)}${pair(bits)}`;
}
