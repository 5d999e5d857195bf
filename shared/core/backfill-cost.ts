import {
  LAMBDA_ARM64_GB_SECOND,
  LAMBDA_INVOCATION,
  S3_GET,
  S3_PUT_OR_LIST,
  SQS_REQUEST,
  TRANSFER_OUT_GB,
} from './prices.ts';

/** What is known of a backfill before it is done. Counts are of log files that still have to come into the lake. */
export interface BackfillSize {
  readonly logFiles: number;
  /** As stored. */
  readonly bytes: number;
  /** Estimated, after decompression. */
  readonly textBytes: number;
  /** Listing requests that finding them took; the backfill itself makes them once more. */
  readonly listRequests: number;
  readonly messages: number;
  /** SendMessageBatch calls. */
  readonly sends: number;
  /** Batches of the lake that they become, about. */
  readonly batches: number;
}

/** US dollars; an estimate. */
export interface BackfillCost {
  readonly items: readonly { readonly what: string; readonly dollars: number }[];
  readonly total: number;
}

/**
 * Text that one vCPU of arm64 takes through the normaliser. Source: this project's own `npm run bench:functions`, CPU time of the packaged
 * function for 1,000 log files an invocation (28 to 32 MB/s, requests to S3 included), on the machine named in README. Waiting
 * for S3 is not in it: files are fetched ahead of the batch under way, and the two overlap.
 */
export const TEXT_MB_PER_VCPU_SECOND = 28;
/** Lambda gives one vCPU at 1,769 MB (Lambda developer guide, "Configure Lambda function memory"). */
const GB_PER_VCPU = 1769 / 1024;
/** A plan, receipts, two Parquet objects (late events belong to the day before), and listing plans and receipts. */
const PUTS_AND_LISTS_PER_BATCH = 6;
/** Receiving and deleting a batch of messages; sending is counted by itself. Ten messages are one request's 64 kB. */
const SQS_REQUESTS_PER_SEND = 2;
/** Batches that Lambda gathers at once from a queue to begin with (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export const POLLERS = 5;
/**
 * Messages that a function's invocation gets, about: at the default pace of 20 a second, 1,200 gather in the trigger's window of 60 s
 * (serverless.yml), among the pollers. Its batchSize of 1,000 is not reached.
 */
const MESSAGES_PER_INVOCATION = 1200 / POLLERS;

/** Of a backfill through the deployed queue. */
export function costThroughQueue(size: BackfillSize): BackfillCost {
  const gbSeconds = (size.textBytes / 1e6 / TEXT_MB_PER_VCPU_SECOND) * GB_PER_VCPU;
  const invocations = Math.ceil(size.messages / MESSAGES_PER_INVOCATION);
  return costOf([
    ['S3: reading log files', size.logFiles * S3_GET],
    ['S3: listing, and writing the lake', (size.listRequests + puts(size)) * S3_PUT_OR_LIST],
    ['SQS', size.sends * (1 + SQS_REQUESTS_PER_SEND) * SQS_REQUEST],
    ['Lambda', gbSeconds * LAMBDA_ARM64_GB_SECOND + invocations * LAMBDA_INVOCATION],
  ]);
}

/** Of one that this machine carries out; `toBucket`: into a lake in S3. */
export function costOnThisMachine(size: BackfillSize, toBucket: boolean): BackfillCost {
  return costOf([
    ['S3: reading log files', size.logFiles * S3_GET],
    ['S3: listing, and writing the lake', (size.listRequests + (toBucket ? puts(size) : 0)) * S3_PUT_OR_LIST],
    ['transfer, if this machine is outside AWS', (size.bytes / 1e9) * TRANSFER_OUT_GB],
  ]);
}

function puts({ batches }: BackfillSize): number {
  return batches * PUTS_AND_LISTS_PER_BATCH;
}

function costOf(items: readonly (readonly [what: string, dollars: number])[]): BackfillCost {
  return {
    items: items.map(([what, dollars]) => ({ what, dollars })),
    total: items.reduce((sum, [, dollars]) => sum + dollars, 0),
  };
}
