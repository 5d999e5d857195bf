/** One row of the call tables. Texts are JSON templates (see `template.ts`). */
export interface CallSpec {
  readonly name: string;
  readonly readOnly: boolean;
  /** JSON of `requestParameters`. */
  readonly request: string;
  /** JSON of `responseElements`; CloudTrail leaves it out of calls that only read. */
  readonly response: string;
  readonly more: MoreOfCall;
}

export interface MoreOfCall {
  /** JSON of `resources`. */
  readonly resources?: string;
  /** JSON of `additionalEventData`. */
  readonly additional?: string;
  /** A data event: `eventCategory` Data, `managementEvent` false. */
  readonly data?: boolean;
  readonly eventType?: string;
  /** `clientProvidedHostHeader`, where it isn't the service's own. */
  readonly host?: string;
}

export interface ServiceSpec {
  /** What stands before `.amazonaws.com` in `eventSource`. */
  readonly source: string;
  readonly eventVersion: string;
  readonly more: MoreOfService;
  readonly calls: readonly CallSpec[];
}

export interface MoreOfService {
  readonly apiVersion?: string;
  /** Recorded in us-east-1 wherever the caller is. */
  readonly global?: boolean;
  readonly host?: string;
  /** S3 has request ids of its own. */
  readonly shortRequestId?: boolean;
}

export function service(
  source: string,
  eventVersion: string,
  more: MoreOfService,
  calls: readonly CallSpec[],
): ServiceSpec {
  return { source, eventVersion, more, calls };
}

export function read(name: string, request = 'null', more: MoreOfCall = {}): CallSpec {
  return { name, readOnly: true, request, response: 'null', more };
}

export function write(name: string, request: string, response = 'null', more: MoreOfCall = {}): CallSpec {
  return { name, readOnly: false, request, response, more };
}
