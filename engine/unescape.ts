import { hexDigit } from './json';
import { BACKSLASH } from './punctuation';

/**
 * Writes the string between `from` and `to`, whose escapes are known to be escapes, to `out`, where it takes no more bytes than it has. Returns
 * where it ends; 0 if it has half of a surrogate pair, which has no UTF-8.
 */
export function unescape(from: u32, to: u32, out: u32): u32 {
  for (let next = from; next < to;) {
    const byte = load<u8>(next);
    if (byte != BACKSLASH) {
      store<u8>(out, byte);
      out += 1;
      next += 1;
      continue;
    }
    const kind = load<u8>(next, 1);
    if (kind != 0x75) {
      store<u8>(out, unescaped(kind));
      out += 1;
      next += 2;
      continue;
    }
    let code = codeUnit(next + 2);
    next += 6;
    if ((code & 0xf800) == 0xd800) {
      const isPair = code < 0xdc00 && next < to && load<u16>(next) == 0x755c;
      const low = isPair ? codeUnit(next + 2) : 0;
      if ((low & 0xfc00) != 0xdc00) return 0;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      next += 6;
    }
    out = writeUtf8(out, code);
  }
  return out;
}

function unescaped(kind: u8): u8 {
  switch (kind) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return kind;
  }
}

function codeUnit(digits: u32): u32 {
  return (
    (hexDigit(load<u8>(digits)) << 12) |
    (hexDigit(load<u8>(digits, 1)) << 8) |
    (hexDigit(load<u8>(digits, 2)) << 4) |
    hexDigit(load<u8>(digits, 3))
  );
}

function writeUtf8(out: u32, code: u32): u32 {
  if (code < 0x80) {
    store<u8>(out, u8(code));
    return out + 1;
  }
  if (code < 0x800) {
    store<u8>(out, u8(0xc0 | (code >> 6)));
    store<u8>(out, u8(0x80 | (code & 0x3f)), 1);
    return out + 2;
  }
  if (code < 0x10000) {
    store<u8>(out, u8(0xe0 | (code >> 12)));
    store<u8>(out, u8(0x80 | ((code >> 6) & 0x3f)), 1);
    store<u8>(out, u8(0x80 | (code & 0x3f)), 2);
    return out + 3;
  }
  store<u8>(out, u8(0xf0 | (code >> 18)));
  store<u8>(out, u8(0x80 | ((code >> 12) & 0x3f)), 1);
  store<u8>(out, u8(0x80 | ((code >> 6) & 0x3f)), 2);
  store<u8>(out, u8(0x80 | (code & 0x3f)), 3);
  return out + 4;
}
