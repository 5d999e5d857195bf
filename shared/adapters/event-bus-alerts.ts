import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { encodeAlert, type Alert } from '../core/rules/alert.ts';
import type { AlertChannel } from '../jobs/alert-channel.ts';
import { PATIENCE, sendInPortions } from './in-portions.ts';

/** An alert couldn't be put on an event bus. */
export class EventBusError extends Error {
  constructor(bus: string, options: ErrorOptions) {
    super(
      `no event could be put on the bus ${bus}: does it exist, and may this role put events on it?`,
      options,
    );
    this.name = 'EventBusError';
  }
}

/** Entries and bytes of one `PutEvents` (Amazon EventBridge API reference). */
const LIMITS = { entries: 10, bytes: 240_000 };

/** Alerts as events of an EventBridge bus, for rules there that start a remediation: source `trailseal`, the alert as detail. */
export class EventBusAlerts implements AlertChannel {
  readonly name = 'events';
  readonly #bus: string;
  readonly #client = new EventBridgeClient(PATIENCE);

  constructor(bus: string) {
    this.#bus = bus;
  }

  async send(alerts: readonly Alert[]): Promise<readonly (Error | undefined)[]> {
    const details = alerts.map((alert) => {
      const detail = encodeAlert(alert);
      return { alert, detail, bytes: Buffer.byteLength(detail) };
    });
    return await sendInPortions(details, LIMITS, async (portion) => await this.#put(portion));
  }

  async #put(
    portion: readonly { readonly alert: Alert; readonly detail: string }[],
  ): Promise<(Error | undefined)[]> {
    const Entries = portion.map(({ alert, detail }) => ({
      EventBusName: this.#bus,
      Source: 'trailseal',
      DetailType: alert.kind === 'alert' ? 'Trailseal Alert' : 'Trailseal Alert Follow-up',
      Detail: detail,
    }));
    const { Entries: answers = [] } = await this.#client
      .send(new PutEventsCommand({ Entries }))
      .catch((cause: unknown) => {
        throw new EventBusError(this.#bus, { cause });
      });
    return portion.map((_, i) => {
      const { ErrorCode, ErrorMessage } = answers[i] ?? { ErrorCode: 'NoAnswer' };
      if (ErrorCode === undefined) return undefined;
      return new EventBusError(this.#bus, { cause: `${ErrorCode}: ${ErrorMessage ?? ''}` });
    });
  }
}
