import type { CallSpec, ServiceSpec } from './api-call.ts';
import { COMPUTE_CALLS } from './calls-compute.ts';
import { OPERATIONS_CALLS } from './calls-operations.ts';
import { SECURITY_CALLS } from './calls-security.ts';
import { STORAGE_CALLS } from './calls-storage.ts';
import type { Template } from './draw.ts';
import { template } from './template.ts';

/** A row of the call tables, compiled. */
export interface ApiCall {
  /** Before `.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly data: boolean;
  readonly global: boolean;
  readonly shortRequestId: boolean;
  readonly eventVersion: string;
  readonly request: Template;
  readonly response: Template;
  /** Members between `responseElements` and `requestID`, between `readOnly` and `eventType`, and after it; with commas. */
  readonly additional: Template;
  readonly resources: Template;
  readonly afterResources: string;
  readonly host: Template;
}

const TABLES: readonly ServiceSpec[] = [
  ...STORAGE_CALLS,
  ...COMPUTE_CALLS,
  ...SECURITY_CALLS,
  ...OPERATIONS_CALLS,
];

export const API_CALLS: readonly ApiCall[] = TABLES.flatMap((table) =>
  table.calls.map((call) => compiled(table, call)),
);

const BY_NAME = new Map(API_CALLS.map((call) => [`${call.service}:${call.name}`, call]));

/** `ec2:DescribeInstances`, out of the tables. */
export function apiCall(name: string): ApiCall {
  const call = BY_NAME.get(name);
  // A slip in a persona, not bad input: the personas are built when the module loads.
  if (call === undefined) throw new TypeError(`no such call in the sample's tables: ${name}`);
  return call;
}

function compiled({ source, eventVersion, more }: ServiceSpec, call: CallSpec): ApiCall {
  const { resources, additional, data = false, eventType = 'AwsApiCall', host } = call.more;
  const apiVersion = more.apiVersion === undefined ? '' : `"apiVersion":"${more.apiVersion}",`;
  return {
    service: source,
    name: call.name,
    readOnly: call.readOnly,
    data,
    global: more.global ?? false,
    shortRequestId: more.shortRequestId ?? false,
    eventVersion,
    request: template(call.request),
    response: template(call.response),
    additional: template(additional === undefined ? '' : `"additionalEventData":${additional},`),
    resources: template(resources === undefined ? '' : `"resources":${resources},`),
    afterResources: `"eventType":"${eventType}",${apiVersion}"managementEvent":${!data},`,
    host: template(host ?? more.host ?? `${source}.<region>.amazonaws.com`),
  };
}
