import type { Scan } from '../../shared/core/athena-price.ts';
import { bytes } from './human.ts';

/** `Athena read 1.2 MB, about $0.00005`. */
export function scanLine({ bytes: read, dollars }: Scan): string {
  return `Athena read ${bytes(read)}, about ${price(dollars)}`;
}

/** Dollars, as cents with as many places as show two figures of a small price. */
export function price(dollars: number): string {
  if (dollars === 0) return '$0';
  const places = Math.max(2, 1 - Math.floor(Math.log10(dollars)));
  const shown = dollars.toFixed(places);
  return `$${places > 2 ? shown.replace(/0+$/, '') : shown}`;
}
