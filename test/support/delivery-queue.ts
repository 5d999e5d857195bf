import { DEFAULT_LIMITS, type Limits } from '../../shared/core/limits.ts';
import type { DeliveriesResult, Delivery, LogFileFetcher } from '../../shared/jobs/delivery.ts';
import { LedgerCache } from '../../shared/jobs/ledger-cache.ts';
import { normaliseDeliveries } from '../../shared/jobs/normalise-deliveries.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { WeightedGate } from '../../shared/jobs/weighted-gate.ts';
import { now } from './now.ts';

export interface ContainerOptions {
  readonly limits?: Limits;
  readonly batchFiles?: number;
  readonly batchBytes?: number;
  readonly hasTime?: () => boolean;
  /** Log files that cached ledgers may hold. */
  readonly remembers?: number;
}

/** A function's container: what it keeps in memory lasts from one invocation to the next. */
export type Container = (deliveries: readonly Delivery[]) => Promise<DeliveriesResult<Delivery>>;

export function container(
  source: LogFileFetcher,
  lake: ObjectStore,
  {
    limits = DEFAULT_LIMITS,
    batchFiles = 3,
    batchBytes = 1e6,
    hasTime = () => true,
    remembers = 20,
  }: ContainerOptions = {},
): Container {
  const ledgers = new LedgerCache(lake, limits, remembers);
  const ports = {
    source,
    lake,
    ledgers,
    gates: { fetched: new WeightedGate(4e6), text: new WeightedGate(2e6) },
    hasTime,
    now,
  };
  return async (deliveries) =>
    await normaliseDeliveries(deliveries, ports, { limits, batchFiles, batchBytes });
}

/**
 * A queue that delivers at least once: has the containers take what waits, some at a time, until nothing does, and delivers again what
 * failed. Returns what is left after `maxReceives` deliveries: the dead letters.
 */
export async function drain(
  deliveries: readonly Delivery[],
  containers: readonly Container[],
  random: () => number,
  maxReceives = 30,
): Promise<Delivery[]> {
  const received = new Map<Delivery, number>();
  const dead: Delivery[] = [];
  const waiting = [...deliveries];
  while (waiting.length > 0) {
    const taking = containers.map(
      async (take) => await take(waiting.splice(0, 1 + Math.floor(random() * 12))),
    );
    const failed = (await Promise.all(taking)).flatMap(({ outcomes }) =>
      [...outcomes].filter(([, { kind }]) => kind === 'failed').map(([delivery]) => delivery),
    );
    for (const delivery of failed) received.set(delivery, (received.get(delivery) ?? 0) + 1);
    dead.push(...failed.filter((delivery) => (received.get(delivery) ?? 0) >= maxReceives));
    waiting.push(...failed.filter((delivery) => (received.get(delivery) ?? 0) < maxReceives));
  }
  return dead;
}
