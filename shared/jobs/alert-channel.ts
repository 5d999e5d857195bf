import type { Alert } from '../core/rules/alert.ts';

/** Where alerts are sent: a topic, an event bus, a register of findings, a file. */
export interface AlertChannel {
  /** Lower-case letters: it stands in the names of objects that say what was sent. */
  readonly name: string;
  /**
   * Sends alerts, and says for each what kept it from being sent, or undefined if it was. One that was sent though this says otherwise reaches its
   * reader twice, with the same id. Doesn't throw for what the service does.
   */
  send(alerts: readonly Alert[]): Promise<readonly (Error | undefined)[]>;
}
