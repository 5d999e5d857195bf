/** Addresses as event-ruler reads them, which is as Java's `InetAddress` does. */

export interface Address {
  readonly family: 4 | 6;
  readonly number: bigint;
}

export interface AddressRange {
  readonly family: 4 | 6;
  /** Both included. */
  readonly low: bigint;
  readonly high: bigint;
}

const V4 = /^(\d{1,20})\.(\d{1,20})\.(\d{1,20})\.(\d{1,20})$/;
const V6 = /^[\da-f:]{2,160}$/i;
/** `::ffff:0:0/96`: IPv4 addresses in the clothes of IPv6. */
const MAPPED = 0xffffn;

/** Undefined for what is no address. `::ffff:a00:1` is the IPv4 address that it maps. */
export function parseAddress(text: string): Address | undefined {
  const parts = V4.exec(text);
  if (parts !== null) return addressV4(parts.slice(1));
  return V6.test(text) && text.includes(':') ? addressV6(text) : undefined;
}

function addressV4(parts: readonly string[]): Address | undefined {
  let number = 0n;
  for (const part of parts) {
    // Leading zeros are decimal, not octal.
    const byte = Number(part);
    if (byte > 255) return undefined;
    number = number * 256n + BigInt(byte);
  }
  return { family: 4, number };
}

function addressV6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [front = [], back] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const zeros = 8 - front.length - (back?.length ?? 0);
  if (back === undefined ? zeros !== 0 : zeros < 1) return undefined;
  let number = 0n;
  for (const group of [...front, ...Array<string>(zeros).fill('0'), ...(back ?? [])]) {
    const value = Number.parseInt(group, 16);
    // An empty group is a colon too many.
    if (!(value <= 0xffff)) return undefined;
    number = number * 0x10000n + BigInt(value);
  }
  return number >> 32n === MAPPED ? { family: 4, number: number & 0xffffffffn } : { family: 6, number };
}

/** Of `10.0.0.0/8`; a text of what is wrong with it otherwise. A range holds at least two addresses, as event-ruler demands. */
export function parseCidr(text: string): AddressRange | string {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text);
  if (parts === null) return 'an address, a slash and a number of bits, such as 10.0.0.0/8 or 2001:db8::/32';
  const address = parseAddress(parts[1] ?? '');
  if (address === undefined) return `an IPv4 or IPv6 address before the slash, not ${parts[1]}`;
  const { family, number } = address;
  const size = family === 4 ? 32 : 128;
  const bits = Number(parts[2]);
  if (bits >= size)
    return `fewer than ${size} bits after the slash (for one address, write the address alone)`;
  const rest = (1n << BigInt(size - bits)) - 1n;
  return { family, low: number & ~rest, high: number | rest };
}
