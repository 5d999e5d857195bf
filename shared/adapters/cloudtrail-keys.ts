import { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail';
import type { PublicKey } from '../core/digest-checks.ts';
import { PublicKeysUnavailableError, type PublicKeySource } from '../jobs/region-keys.ts';

/** A region that is off or can't be reached must not keep the others waiting: the SDK itself waits for ever. */
const TIMEOUTS = { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** CloudTrail's public keys, from CloudTrail: of each region its own. */
export class CloudTrailKeys implements PublicKeySource {
  readonly #clients = new Map<string, CloudTrailClient>();

  async list(region: string, from: number, to: number): Promise<readonly PublicKey[]> {
    const keys: PublicKey[] = [];
    let token: string | undefined;
    do {
      const request = { StartTime: new Date(from), EndTime: new Date(to), NextToken: token };
      const answer = await this.#client(region)
        .send(new ListPublicKeysCommand(request))
        .catch((cause: unknown) => {
          throw new PublicKeysUnavailableError(region, { cause });
        });
      for (const { Value: value, ValidityStartTime: start, ValidityEndTime: end } of answer.PublicKeyList ??
        []) {
        if (value === undefined || start === undefined || end === undefined) continue;
        const text = Buffer.from(value).toString('base64');
        keys.push({ value: text, validFrom: start.getTime(), validTo: end.getTime() });
      }
      token = answer.NextToken;
    } while (token !== undefined && token !== '');
    return keys;
  }

  #client(region: string): CloudTrailClient {
    const client = this.#clients.get(region) ?? new CloudTrailClient({ region, requestHandler: TIMEOUTS });
    this.#clients.set(region, client);
    return client;
  }
}
