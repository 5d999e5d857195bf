import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Alert } from '../core/rules/alert.ts';
import { securityFinding, type HubPlace } from '../core/rules/security-finding.ts';
import type { AlertChannel } from '../jobs/alert-channel.ts';

/** An alert couldn't become a finding of Security Hub. */
export class SecurityHubError extends Error {
  constructor(region: string, options: ErrorOptions) {
    super(
      `no finding could be imported to Security Hub in ${region}: is it switched on there, and may this role import findings?`,
      options,
    );
    this.name = 'SecurityHubError';
  }
}

/** Findings of one `BatchImportFindings` (Security Hub API reference), which takes 240 kB each. */
const MAX_FINDINGS = 100;

/** Alerts as findings of Security Hub. */
export class SecurityHubAlerts implements AlertChannel {
  readonly name = 'hub';
  readonly #place: HubPlace;
  readonly #now: () => number;
  readonly #client = new SecurityHubClient({ maxAttempts: 6 });

  constructor(place: HubPlace, now: () => number) {
    this.#place = place;
    this.#now = now;
  }

  async send(alerts: readonly Alert[]): Promise<readonly (Error | undefined)[]> {
    const outcomes: (Error | undefined)[] = [];
    for (let i = 0; i < alerts.length; i += MAX_FINDINGS)
      outcomes.push(...(await this.#import(alerts.slice(i, i + MAX_FINDINGS))));
    return outcomes;
  }

  async #import(alerts: readonly Alert[]): Promise<(Error | undefined)[]> {
    const Findings = alerts.map((alert) => securityFinding(alert, this.#place, this.#now()));
    try {
      const { FailedFindings = [] } = await this.#client.send(new BatchImportFindingsCommand({ Findings }));
      const refused = new Map(
        FailedFindings.map(({ Id, ErrorCode, ErrorMessage }) => [Id, `${ErrorCode}: ${ErrorMessage}`]),
      );
      return Findings.map(({ Id }) => {
        const cause = refused.get(Id);
        return cause === undefined ? undefined : new SecurityHubError(this.#place.region, { cause });
      });
    } catch (cause) {
      return alerts.map(() => new SecurityHubError(this.#place.region, { cause }));
    }
  }
}
