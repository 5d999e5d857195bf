import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { encodeAlert, type Alert } from '../../shared/core/rules/alert.ts';
import { alertText } from '../../shared/core/rules/alert-text.ts';
import type { AlertChannel } from '../../shared/jobs/alert-channel.ts';
import { printable } from './human.ts';

/** Prints alerts, as a person or as a program reads them (one JSON object a line). */
export class PrintedAlerts implements AlertChannel {
  readonly name = 'print';
  readonly #out: Writable;
  readonly #json: boolean;

  constructor(out: Writable, json: boolean) {
    this.#out = out;
    this.#json = json;
  }

  async send(alerts: readonly Alert[]): Promise<readonly undefined[]> {
    for (const alert of alerts) {
      const text = this.#json ? `${printable(encodeAlert(alert))}\n` : `${linesOf(alert)}\n`;
      if (!this.#out.write(text)) await once(this.#out, 'drain');
    }
    return alerts.map(() => undefined);
  }
}

function linesOf(alert: Alert): string {
  return alertText(alert).split('\n').map(printable).join('\n');
}
