import { scanOf } from '../../../shared/core/athena-price.ts';
import {
  EVENTBRIDGE_EVENT,
  LAMBDA_ARM64_GB_SECOND,
  LAMBDA_INVOCATION,
  S3_GET,
  S3_PUT_OR_LIST,
  S3_STORAGE_GB_MONTH,
  SQS_REQUEST,
} from '../../../shared/core/prices.ts';
import { MB_PER_VCPU, S3_WAIT_MS, SQS_REQUESTS_PER_MESSAGE } from '../function-cost.ts';

/** Bytes of JSON. */
const TERABYTE = 1e12;

/** As `serverless.yml` deploys normalise. */
export const LAMBDA_MEMORY_MB = 1024;

/** AWS's own figure for its solution Centralized Logging: milliseconds that a function of 1 GB runs for a megabyte of raw logs. */
export const CENTRALIZED_LOGGING = { msPerMB: 260, memoryMB: 1024 } as const;

/** Waits for S3, one after another, of an invocation: `npm run bench:functions` finds 160 to 190 ms of them, at 30 ms each. */
export const WAITS = 6;

/** What a batch puts and lists besides its Parquet objects: plan, mark to seal, receipts; the plans and receipts there are. */
const PUTS_AND_LISTS = 5;

/** What was measured of a corpus. */
export interface MeasuredWork {
  /** Of JSON. */
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly logFiles: number;
  readonly batches: number;
  readonly objects: number;
  readonly objectBytes: number;
  /** Of the columns that a usual question reads. */
  readonly usualBytes: number;
  /** Of one of this machine's cores, for all of it. */
  readonly cpuSeconds: number;
}

/** US dollars for a terabyte of JSON, list price, us-east-1. */
export interface TerabyteCost {
  readonly gbSeconds: number;
  readonly lambda: number;
  /** EventBridge and SQS, which tell of each log file. */
  readonly messages: number;
  readonly requests: number;
  /** All of the above: what bringing it into the lake costs, once. */
  readonly once: number;
  /** A month in S3 Standard, and one query that reads all of it. */
  readonly raw: { readonly bytes: number; readonly month: number; readonly scan: number };
  readonly lake: {
    readonly bytes: number;
    readonly month: number;
    readonly scan: number;
    readonly usualScan: number;
  };
}

export function costPerTerabyte(work: MeasuredWork, memoryMB = LAMBDA_MEMORY_MB): TerabyteCost {
  const scale = TERABYTE / work.rawBytes;
  const logFiles = work.logFiles * scale;
  const batches = work.batches * scale;
  const gbSeconds = gbSecondsOf(work.cpuSeconds * scale, batches, memoryMB);
  const lambda = gbSeconds * LAMBDA_ARM64_GB_SECOND + batches * LAMBDA_INVOCATION;
  const messages = logFiles * (EVENTBRIDGE_EVENT + SQS_REQUESTS_PER_MESSAGE * SQS_REQUEST);
  const puts = work.objects * scale + batches * PUTS_AND_LISTS;
  const requests = logFiles * S3_GET + puts * S3_PUT_OR_LIST;
  return {
    gbSeconds,
    lambda,
    messages,
    requests,
    once: lambda + messages + requests,
    raw: keptAndRead(work.storedBytes * scale),
    lake: {
      ...keptAndRead(work.objectBytes * scale),
      usualScan: scanOf(work.usualBytes * scale, true).dollars,
    },
  };
}

/** So much CPU time in `invocations` functions of so much memory, each of which also waits for S3. */
export function gbSecondsOf(cpuSeconds: number, invocations: number, memoryMB: number): number {
  const share = Math.min(1, memoryMB / MB_PER_VCPU);
  const waitSeconds = (invocations * WAITS * S3_WAIT_MS) / 1000;
  return (cpuSeconds / share + waitSeconds) * (memoryMB / 1024);
}

/** GB-seconds, and dollars for them, of Centralized Logging: at arm64's price, which is in its favour, and without its other services. */
export function centralizedLoggingCost(): { gbSeconds: number; lambda: number } {
  const { msPerMB, memoryMB } = CENTRALIZED_LOGGING;
  const gbSeconds = (TERABYTE / 1e6) * (msPerMB / 1000) * (memoryMB / 1024);
  return { gbSeconds, lambda: gbSeconds * LAMBDA_ARM64_GB_SECOND };
}

function keptAndRead(bytes: number): { bytes: number; month: number; scan: number } {
  return { bytes, month: (bytes / 1e9) * S3_STORAGE_GB_MONTH, scan: scanOf(bytes, true).dollars };
}
