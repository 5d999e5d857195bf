import * as z from 'zod';
import type { PublicKey } from './digest-checks.ts';

/** As the AWS CLI prints times (ISO 8601), or as the API sends them (seconds since 1970). */
const TIME = z.union([
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  z.number().transform((n) => n * 1000),
]);

const ANSWER = z.object({
  PublicKeyList: z.array(
    z.object({ Value: z.string().min(1), ValidityStartTime: TIME, ValidityEndTime: TIME }),
  ),
});

/** The text is no answer of ListPublicKeys. */
export class PublicKeysError extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(`no answer of aws cloudtrail list-public-keys: ${detail}`, options);
    this.name = 'PublicKeysError';
  }
}

/** The keys of `aws cloudtrail list-public-keys`, as it prints them in JSON. Throws `PublicKeysError`. */
export function parsePublicKeys(text: string): PublicKey[] {
  try {
    const { PublicKeyList: keys } = ANSWER.parse(JSON.parse(text));
    return keys.map(({ Value: value, ValidityStartTime: validFrom, ValidityEndTime: validTo }) => ({
      value,
      validFrom,
      validTo,
    }));
  } catch (error) {
    if (error instanceof SyntaxError) throw new PublicKeysError('it is not JSON', { cause: error });
    if (error instanceof z.ZodError) throw new PublicKeysError(z.prettifyError(error), { cause: error });
    throw error;
  }
}
