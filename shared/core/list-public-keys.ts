import * as z from 'zod';
import type { PublicKey } from './digest-checks.ts';
import { fingerprintOf } from './digest-file.ts';

/**
 * The one action of CloudTrail's API that `aws cloudtrail validate-logs` needs to verify digests, ListPublicKeys, in its wire protocol: AWS
 * JSON 1.1 (AWS CloudTrail API reference, "ListPublicKeys"; Smithy, "AWS JSON 1.1 protocol").
 */

export const CONTENT_TYPE = 'application/x-amz-json-1.1';

export interface ApiRequest {
  readonly method: string | undefined;
  /** The header `X-Amz-Target`: `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListPublicKeys`. */
  readonly target: string | undefined;
  readonly body: string;
}

export interface ApiAnswer {
  /** Of HTTP. */
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

const REQUEST = z.object({
  /** Seconds since 1970. */
  StartTime: z.number().nullish(),
  EndTime: z.number().nullish(),
  NextToken: z.string().nullish(),
});

/** Answers one request; what it can't answer with the error that the API has for it. */
export function answerListPublicKeys(
  keys: readonly PublicKey[],
  { method, target, body }: ApiRequest,
): ApiAnswer {
  if (method !== 'POST' || target === undefined)
    return apiError('UnknownOperationException', "This answers ListPublicKeys of CloudTrail's API alone.");
  const action = target.slice(target.lastIndexOf('.') + 1);
  if (action !== 'ListPublicKeys') {
    const advice = 'give aws cloudtrail validate-logs the bucket of the digests: --s3-bucket';
    return apiError('UnknownOperationException', `ListPublicKeys alone is answered here; ${advice}.`);
  }
  const request = parseRequest(body);
  if (request === undefined)
    return apiError('SerializationException', 'The body is no request of ListPublicKeys.');
  const { StartTime: from, EndTime: to, NextToken: token } = request;
  if (token !== undefined && token !== null)
    return apiError('InvalidTokenException', 'All keys come in one answer.');
  const [start, end] = [(from ?? -Infinity) * 1000, (to ?? Infinity) * 1000];
  if (start > end) return apiError('InvalidTimeRangeException', 'StartTime is after EndTime.');
  const wanted = keys.filter(({ validFrom, validTo }) => validFrom <= end && validTo >= start);
  return {
    status: 200,
    body: JSON.stringify(publicKeyList(wanted, (time) => time / 1000)),
  };
}

/** What ListPublicKeys answers, with times as `timeOf` has them; the API has seconds since 1970, and the AWS CLI prints ISO 8601. */
export function publicKeyList<Time>(
  keys: readonly PublicKey[],
  timeOf: (time: number) => Time,
): {
  readonly PublicKeyList: readonly {
    readonly Value: string;
    readonly ValidityStartTime: Time;
    readonly ValidityEndTime: Time;
    readonly Fingerprint: string;
  }[];
} {
  return {
    PublicKeyList: keys.map(({ value, validFrom, validTo }) => ({
      Value: value,
      ValidityStartTime: timeOf(validFrom),
      ValidityEndTime: timeOf(validTo),
      Fingerprint: fingerprintOf(value),
    })),
  };
}

/** AWS JSON tells errors by `__type`. */
export function apiError(type: string, message: string, status = 400): ApiAnswer {
  return { status, body: JSON.stringify({ __type: type, message }) };
}

/** Undefined for what is none. */
function parseRequest(body: string): z.infer<typeof REQUEST> | undefined {
  try {
    return REQUEST.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
