import type { ValueTest } from './predicate.ts';

type Network = Extract<ValueTest, { test: 'cidr' }>;

/**
 * `10.0.0.0/8`, `203.0.113.5/32`, `2001:db8::/32`: as Trino's `contains` wants a network, which takes neither an address alone nor bits behind the
 * network's own nor leading zeros (trinodb/trino, `IpAddressFunctions`).
 */
export function networkText({ family, low, high }: Network): string {
  const free = low === high ? 0 : (high - low).toString(2).length;
  return family === 4 ? `${textV4(low)}/${32 - free}` : `${textV6(low)}/${128 - free}`;
}

function textV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join('.');
}

/** RFC 5952: the first of the longest runs of zeros, of two groups or more, is `::`. */
function textV6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  const runs = [
    ...groups
      .map((group) => (group === '0' ? '0' : 'x'))
      .join('')
      .matchAll(/00+/g),
  ];
  const [longest] = runs.toSorted((a, b) => b[0].length - a[0].length);
  if (longest === undefined) return groups.join(':');
  const [front, back] = [groups.slice(0, longest.index), groups.slice(longest.index + longest[0].length)];
  return `${front.join(':')}::${back.join(':')}`;
}
