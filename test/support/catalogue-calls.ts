import type { Catalogue } from '../../shared/jobs/register-partitions.ts';
import type { Turns } from './turn-taking.ts';

/** A catalogue whose every call is made by `run`. */
export function eachCall(catalogue: Catalogue, run: <T>(call: () => Promise<T>) => Promise<T>): Catalogue {
  return {
    add: async (some) => await run(async () => await catalogue.add(some)),
    move: async (some) => await run(async () => await catalogue.move(some)),
    locations: async (some) => await run(async () => await catalogue.locations(some)),
  };
}

/** A catalogue whose every call waits for its turn, and once more before its result is known. */
export function inTurn(catalogue: Catalogue, turns: Turns): Catalogue {
  return eachCall(catalogue, async (call) => {
    await turns.take();
    const result = await call();
    await turns.take();
    return result;
  });
}
