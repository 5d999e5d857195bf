import { parseAddress, parseCidr } from './cidr.ts';
import type { ValueTest } from './predicate.ts';
import { SigmaError } from './sigma-error.ts';

/** Of `10.0.0.0/8`, `2001:db8::/32`, or one address. Throws `SigmaError`, also for bits behind the network's own, as pySigma does. */
export function cidrTest(text: string, where: string): ValueTest {
  const [host = '', length] = text.split('/', 2);
  const address = parseAddress(host);
  const isWhole = length === undefined || length === (address?.family === 4 ? '32' : '128');
  const range =
    isWhole && address ? { ...address, low: address.number, high: address.number } : parseCidr(text);
  if (typeof range === 'string') throw new SigmaError(where, `"${text}" should be ${range}`);
  if (range.low !== address?.number)
    throw new SigmaError(
      where,
      `${text} is an address in a network: the bits behind the first ${length} must be zero`,
    );
  return { test: 'cidr', family: range.family, low: range.low, high: range.high, text };
}
