/** How a text may stand encoded in a field (Sigma modifiers appendix 2.1.0, "Encoding"). */

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** `mark`: with a byte order mark. */
export function utf16(text: string, order: 'little' | 'big', mark: boolean): Uint8Array {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  const bytes = (mark ? [0xfeff, ...units] : units).map((unit) => [unit & 255, unit >> 8]);
  return Uint8Array.from(bytes.flatMap((pair) => (order === 'little' ? pair : pair.toReversed())));
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * What of the Base64 text stays the same wherever in a longer one the bytes stand: one text for each of three offsets. Undefined for a
 * single byte, for at one offset nothing stays.
 */
export function base64AtOffsets(bytes: Uint8Array): readonly string[] | undefined {
  if (bytes.length < 2) return undefined;
  return [0, 1, 2].map((offset) => {
    const shifted = new Uint8Array(offset + bytes.length);
    shifted.set(bytes, offset);
    // A character holds six bits: those that share some with bytes before or behind are unknown.
    return base64(shifted).slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6));
  });
}
