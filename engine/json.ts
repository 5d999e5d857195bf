import { LEVELS, MOST_LEVELS } from './memory';
import { QUOTE, BACKSLASH, COMMA, COLON, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET } from './punctuation';

/**
 * A strict scanner of RFC 8259 over UTF-8 bytes, as `core/json-scan.ts` is, that says only whether all is well: where it isn't, that one
 * reads the text again and says what is wrong. Behind the text stand zeros, which no token goes over; so nothing here asks where the text ends.
 */

/** Where the scanner stands. */
export let at: u32 = 0;
/** Whether the last string had an escape in it. */
export let escaped: bool = false;
/** The deepest level met since it was set. */
export let deepest: u32 = 0;

export function moveTo(place: u32): void {
  at = place;
}

export function setDeepest(level: u32): void {
  deepest = level;
}

/** Steps over whitespace; the byte it then stands on. */
export function peek(): u8 {
  let byte = load<u8>(at);
  while (byte <= 0x20 && (byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09)) {
    at += 1;
    byte = load<u8>(at);
  }
  return byte;
}

/** From its opening quote to behind its closing one. */
export function skipString(): bool {
  const quotes = i8x16.splat(QUOTE);
  const backslashes = i8x16.splat(BACKSLASH);
  const printable = i8x16.splat(0x20);
  let next = at + 1;
  escaped = false;
  while (true) {
    const bytes = v128.load(next);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)),
      i8x16.lt_u(bytes, printable),
    );
    const mask = i8x16.bitmask(special);
    if (mask == 0) {
      next += 16;
      continue;
    }
    next += ctz(mask);
    const byte = load<u8>(next);
    if (byte == QUOTE) {
      at = next + 1;
      return true;
    }
    if (byte != BACKSLASH) return false;
    escaped = true;
    const length = escapeLength(next);
    if (length == 0) return false;
    next += length;
  }
}

/** Bytes of the escape at `place`; 0 if it is none. */
function escapeLength(place: u32): u32 {
  switch (load<u8>(place, 1)) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return 2;
    case 0x75:
      for (let digit: u32 = 2; digit < 6; digit += 1) {
        if (hexDigit(load<u8>(place + digit)) < 0) return 0;
      }
      return 6;
    default:
      return 0;
  }
}

/** 0 to 15, or -1. */
export function hexDigit(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** A key and its colon. */
function skipKey(): bool {
  if (peek() != QUOTE || !skipString() || peek() != COLON) return false;
  at += 1;
  return true;
}

/** A value that stands `level` containers deep, with all that is in it. Iterative: nesting is the attacker's to choose. */
export function skipValue(level: u32): bool {
  let open: u32 = 0;
  do {
    const byte = peek();
    if (byte == OPEN_BRACE || byte == OPEN_BRACKET) {
      at += 1;
      const close: u8 = byte + 2;
      if (level + open + 1 > deepest) deepest = level + open + 1;
      if (peek() == close) {
        at += 1;
      } else {
        if (open >= MOST_LEVELS) return false;
        store<u8>(LEVELS + open, close);
        open += 1;
        if (byte == OPEN_BRACE && !skipKey()) return false;
        continue;
      }
    } else if (!skipScalar(byte)) {
      return false;
    }
    // A value has ended: close what ends with it, or go on to the next one.
    while (open > 0) {
      const next = peek();
      const close = load<u8>(LEVELS + open - 1);
      if (next == close) {
        at += 1;
        open -= 1;
      } else if (next == COMMA) {
        at += 1;
        if (close == CLOSE_BRACE && !skipKey()) return false;
        break;
      } else {
        return false;
      }
    }
  } while (open > 0);
  return true;
}

function skipScalar(first: u8): bool {
  switch (first) {
    case QUOTE:
      return skipString();
    case 0x74:
      return skipWord(0x65757274);
    case 0x6e:
      return skipWord(0x6c6c756e);
    case 0x66:
      at += 1;
      return skipWord(0x65736c61);
    default:
      return skipNumber();
  }
}

/** Four letters, the first the lowest. */
function skipWord(letters: u32): bool {
  if (load<u32>(at) != letters) return false;
  at += 4;
  return true;
}

function skipNumber(): bool {
  if (load<u8>(at) == 0x2d) at += 1;
  if (load<u8>(at) == 0x30) at += 1;
  else if (!skipDigits()) return false;
  if (load<u8>(at) == 0x2e) {
    at += 1;
    if (!skipDigits()) return false;
  }
  if ((load<u8>(at) | 0x20) == 0x65) {
    at += 1;
    const sign = load<u8>(at);
    if (sign == 0x2b || sign == 0x2d) at += 1;
    if (!skipDigits()) return false;
  }
  return true;
}

function skipDigits(): bool {
  const start = at;
  while (u8(load<u8>(at) - 0x30) <= 9) at += 1;
  return at > start;
}
