import {
  EVENTBRIDGE_EVENT,
  GLUE_REQUEST,
  LAMBDA_ARM64_GB_SECOND,
  LAMBDA_INVOCATION,
  S3_GET,
  S3_PUT_OR_LIST,
  SQS_REQUEST,
} from '../../shared/core/prices.ts';
import type { RequestCounts } from './s3-stand-in.ts';

/**
 * Milliseconds that a request to S3 is taken to wait. AWS promises none and names 100 to 200 ms ("Best practices design patterns: optimizing
 * Amazon S3 performance"); small objects within a region are commonly seen at 10 to 40 ms, puts being slower. `--s3-ms` sets another.
 */
export const S3_WAIT_MS = 30;

/** Lambda gives one vCPU at 1,769 MB and less in proportion (Lambda developer guide, "Configure Lambda function memory"). */
export const MB_PER_VCPU = 1769;

/** A queue's trigger receives ten messages a request and deletes as many; each was sent by itself. */
export const SQS_REQUESTS_PER_MESSAGE = 1.2;

/** An invocation as it was measured here. */
export interface Invocation {
  /** Of this machine's core. */
  readonly cpuMs: number;
  /** That nothing was to be done but wait. */
  readonly waitMs: number;
  readonly requests: RequestCounts;
  readonly messages: number;
  /** Whether they come by EventBridge, as log files do, or from the bucket. */
  readonly throughEventBridge: boolean;
}

/** US dollars, of one invocation. */
export interface InvocationCost {
  /** Milliseconds that Lambda would bill. */
  readonly billedMs: number;
  readonly lambda: number;
  /** To S3 and Glue. */
  readonly requests: number;
  readonly messages: number;
  readonly total: number;
}

/**
 * Of one invocation of a container that runs already, on Lambda arm64 with so much memory. Assumes that one vCPU of it is as fast as one
 * core of the machine that measured, and that all CPU time, that of garbage collection's threads too, has to share it.
 */
export function costOf(
  { cpuMs, waitMs, requests, messages, throughEventBridge }: Invocation,
  memoryMB: number,
): InvocationCost {
  const billedMs = Math.ceil(cpuMs / Math.min(1, memoryMB / MB_PER_VCPU) + waitMs);
  const lambda = (billedMs / 1000) * (memoryMB / 1024) * LAMBDA_ARM64_GB_SECOND + LAMBDA_INVOCATION;
  const asked = requests.get * S3_GET + requests.putOrList * S3_PUT_OR_LIST + requests.glue * GLUE_REQUEST;
  const perMessage = SQS_REQUESTS_PER_MESSAGE * SQS_REQUEST + (throughEventBridge ? EVENTBRIDGE_EVENT : 0);
  const told = messages * perMessage;
  return { billedMs, lambda, requests: asked, messages: told, total: lambda + asked + told };
}
