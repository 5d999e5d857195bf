import type { BatchReceipts } from '../core/lake-format.ts';
import { classifyKey, streamOf } from '../core/log-file-key.ts';
import type {
  DeliveriesResult,
  Delivery,
  DeliveryOptions,
  DeliveryOutcome,
  DeliveryPorts,
} from './delivery.ts';
import { StreamDeliveries } from './stream-deliveries.ts';

/**
 * Brings the log files of some messages into the lake. A delivery is `stored` only when its receipt is; whatever stops one is its own
 * outcome, and the others go on. Log files are fetched before they are planned, so that one which can't be had never holds up a batch.
 * Doesn't throw for anything that a delivery, the source or the lake can do.
 */
export async function normaliseDeliveries<D extends Delivery>(
  deliveries: readonly D[],
  ports: DeliveryPorts,
  options: DeliveryOptions,
): Promise<DeliveriesResult<D>> {
  const outcomes = new Map<D, DeliveryOutcome>();
  const receipts: BatchReceipts[] = [];
  const streams = Map.groupBy(deliveries, ({ key }) => {
    const found = classifyKey(key);
    return found.take ? streamOf(key) : found;
  });
  await Promise.all(
    Array.from(streams, async ([stream, some]) => {
      if (typeof stream === 'string') {
        await new StreamDeliveries(stream, ports, options, { outcomes, receipts }).take(some);
      } else if (!stream.take) {
        for (const delivery of some) outcomes.set(delivery, { kind: 'skipped', reason: stream.reason });
      }
    }),
  );
  // What has no outcome, by whatever mistake, must not be acknowledged.
  for (const delivery of deliveries) {
    if (!outcomes.has(delivery))
      outcomes.set(delivery, { kind: 'failed', error: new Error('it got no outcome') });
  }
  return { outcomes, receipts };
}
