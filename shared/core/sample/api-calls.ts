import type { CallSpec, ServiceSpec } from './api-call.ts';
import { CHANGE_CALLS } from './calls-changes.ts';
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

export const API_CALLS: readonly ApiCall[] = TABLES.flatMap(compiledCalls);

/** Calls of `calls-changes.ts`; some have a name that stands in `API_CALLS` too, with another request. */
export const CHANGES: readonly ApiCall[] = CHANGE_CALLS.flatMap(compiledCalls);

const BY_NAME = byName(API_CALLS);
const CHANGES_BY_NAME = byName(CHANGES);

/** `ec2:DescribeInstances`, out of the tables of traffic. */
export function apiCall(name: string): ApiCall {
  return named(BY_NAME, name);
}

/** `iam:CreateLoginProfile`, out of the table of changes. */
export function changeCall(name: string): ApiCall {
  return named(CHANGES_BY_NAME, name);
}

function byName(calls: readonly ApiCall[]): ReadonlyMap<string, ApiCall> {
  return new Map(calls.map((call) => [`${call.service}:${call.name}`, call]));
}

function named(calls: ReadonlyMap<string, ApiCall>, name: string): ApiCall {
  const call = calls.get(name);
  // A slip in a persona, not bad input: the personas are built when the module loads.
  if (call === undefined) throw new TypeError(`no such call in the sample's tables: ${name}`);
  return call;
}

function compiledCalls(table: ServiceSpec): ApiCall[] {
  return table.calls.map((call) => compiled(table, call));
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
