import {
  BatchImportFindingsCommand,
  InvalidInputException,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import type { Alert } from '../core/rules/alert.ts';
import { securityFinding, type HubPlace, type SecurityFinding } from '../core/rules/security-finding.ts';
import type { AlertChannel } from '../jobs/alert-channel.ts';
import { PATIENCE, sendInPortions } from './in-portions.ts';

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

/** Findings of one `BatchImportFindings` (Security Hub API reference), which takes 240 kB each: ours are far smaller. */
const LIMITS = { entries: 100, bytes: Infinity };

/** Alerts as findings of Security Hub. */
export class SecurityHubAlerts implements AlertChannel {
  readonly name = 'hub';
  readonly #place: HubPlace;
  readonly #now: () => number;
  readonly #client = new SecurityHubClient(PATIENCE);

  constructor(place: HubPlace, now: () => number) {
    this.#place = place;
    this.#now = now;
  }

  async send(alerts: readonly Alert[]): Promise<readonly (Error | undefined)[]> {
    const findings = alerts.map((alert) => ({
      finding: securityFinding(alert, this.#place, this.#now()),
      bytes: 0,
    }));
    return await sendInPortions(
      findings,
      LIMITS,
      async (portion) => await this.#import(portion.map(({ finding }) => finding)),
    );
  }

  async #import(findings: readonly SecurityFinding[]): Promise<(Error | undefined)[]> {
    try {
      const { FailedFindings = [] } = await this.#client.send(
        new BatchImportFindingsCommand({ Findings: [...findings] }),
      );
      const refused = new Map(
        FailedFindings.map(({ Id, ErrorCode, ErrorMessage }) => [Id, `${ErrorCode}: ${ErrorMessage}`]),
      );
      return findings.map(({ Id }) => {
        const cause = refused.get(Id);
        return cause === undefined ? undefined : new SecurityHubError(this.#place.region, { cause });
      });
    } catch (cause) {
      const failure = new SecurityHubError(this.#place.region, { cause });
      // One finding that isn't as it should be may have all of them refused: then each goes alone.
      const isOneOfMany = findings.length > 1 && cause instanceof InvalidInputException;
      if (!isOneOfMany) throw failure;
      const outcomes: (Error | undefined)[] = [];
      for (const finding of findings)
        outcomes.push(...(await this.#import([finding]).catch((error: unknown) => [error as Error])));
      return outcomes;
    }
  }
}
