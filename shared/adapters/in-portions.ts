import { asError } from '../core/as-error.ts';

/** One request of a service that takes so many entries and so many bytes at once. */
export interface PortionLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** How long an answer is waited for, and how often asked: what can't be had by then is left to a later run, and what waits behind it isn't held up. */
export const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 8000, throwOnRequestTimeout: true },
} as const;

/**
 * Sends entries in as few requests as the limits allow; an entry that is larger goes alone. `send` says for each entry what kept it from being sent,
 * or undefined, and throws if it can't be said that any was: then the rest isn't tried either. Returns that for each entry, in their order.
 */
export async function sendInPortions<T extends { readonly bytes: number }>(
  entries: readonly T[],
  limits: PortionLimits,
  send: (portion: readonly T[]) => Promise<readonly (Error | undefined)[]>,
): Promise<(Error | undefined)[]> {
  const outcomes: (Error | undefined)[] = [];
  for (const portion of portions(entries, limits)) {
    try {
      outcomes.push(...(await send(portion)));
    } catch (error) {
      const failure = asError(error);
      while (outcomes.length < entries.length) outcomes.push(failure);
      return outcomes;
    }
  }
  return outcomes;
}

function* portions<T extends { readonly bytes: number }>(
  entries: readonly T[],
  limits: PortionLimits,
): Generator<readonly T[]> {
  let portion: T[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (portion.length > 0 && (portion.length === limits.entries || bytes + entry.bytes > limits.bytes)) {
      yield portion;
      [portion, bytes] = [[], 0];
    }
    portion.push(entry);
    bytes += entry.bytes;
  }
  if (portion.length > 0) yield portion;
}
