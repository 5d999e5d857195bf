import { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail';
import type { PublicKey } from '../core/digest-checks.ts';
import { PublicKeysUnavailableError, type PublicKeySource } from '../jobs/verify-hourly.ts';

/** CloudTrail's public keys, from CloudTrail: of each region its own. */
export class CloudTrailKeys implements PublicKeySource {
  readonly #clients = new Map<string, CloudTrailClient>();

  async list(region: string, from: number, to: number): Promise<readonly PublicKey[]> {
    const client = this.#clients.get(region) ?? new CloudTrailClient({ region });
    this.#clients.set(region, client);
    const keys: PublicKey[] = [];
    let token: string | undefined;
    do {
      const request = { StartTime: new Date(from), EndTime: new Date(to), NextToken: token };
      const answer = await client.send(new ListPublicKeysCommand(request)).catch((cause: unknown) => {
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
}
