import { etagOfVersion } from './log-file-version.ts';

/**
 * Messages that tell the deployed pipeline of log files, in the shape of S3's own event notifications (S3 user guide, "Event message
 * structure"): unlike CloudTrail's, they tell size and ETag, so that whoever reads them knows what it takes on, and which version is
 * meant. `object-created.ts` reads them.
 */

/** A log file as a listing of its bucket has it. */
export interface ListedLogFile {
  /** At most 1,024 bytes of UTF-8 (S3). */
  readonly key: string;
  /** Bytes as stored. */
  readonly size: number;
  /** Of its ETag (`log-file-version.ts`). */
  readonly version?: string;
}

export interface QueueMessage {
  readonly body: string;
  readonly logFiles: readonly ListedLogFile[];
}

/** A batch: 256 KiB, all bodies together, and ten messages (SQS developer guide, "Message quotas"; newer queues take more). */
export const MAX_BATCH_BYTES = 256 * 1024;
export const MAX_BATCH_MESSAGES = 10;
/**
 * Log files to a message, so that an invocation never gets more than it can do. It gets 1,000 messages (`batchSize` in serverless.yml):
 * 10,000 log files, which of the smallest, at a millisecond each, take ten of its 300 seconds. Some 400 bytes each, with what Lambda
 * adds to a message, that is 4 of the 6 MB that an invocation may carry; with 50 to a message those 6 MB would be the only bound, at 18,000.
 * Ten such messages are 30 kB, one request to pay, as one is up to 64 kB; and a log file that fails holds up nine others.
 */
export const MAX_MESSAGE_LOG_FILES = 10;

export interface BatchSize {
  readonly logFilesPerMessage: number;
  readonly messagesPerBatch: number;
}

/** At most a second's worth of log files to a batch: a slow pace is slow without ten-second pauses and bursts between them. */
export function batchSizeAt(logFilesPerSecond: number): BatchSize {
  const logFilesPerMessage = Math.max(1, Math.min(MAX_MESSAGE_LOG_FILES, Math.floor(logFilesPerSecond)));
  const messages = Math.floor(logFilesPerSecond / logFilesPerMessage);
  return { logFilesPerMessage, messagesPerBatch: Math.max(1, Math.min(MAX_BATCH_MESSAGES, messages)) };
}

/** Puts log files into messages and messages into batches, in order, each as large as it may be. */
export class MessagePacker {
  readonly #bucket: string;
  readonly #size: BatchSize;
  #logFiles: ListedLogFile[] = [];
  #records: string[] = [];
  #bytes = EMPTY_BYTES;
  #batch: QueueMessage[] = [];
  #batchBytes = 0;

  constructor(bucket: string, size: BatchSize) {
    this.#bucket = bucket;
    this.#size = size;
  }

  /** A batch to send first, if the log file didn't fit into it. One always fits: its key is 3 kB encoded, at most. */
  add(logFile: ListedLogFile): readonly QueueMessage[] | undefined {
    const record = recordOf(this.#bucket, logFile);
    const bytes = Buffer.byteLength(record) + 1;
    const full =
      this.#logFiles.length === this.#size.logFilesPerMessage || this.#bytes + bytes > MAX_BATCH_BYTES
        ? this.#close()
        : undefined;
    this.#logFiles.push(logFile);
    this.#records.push(record);
    this.#bytes += bytes;
    return full;
  }

  /** What is left, in batches. */
  finish(): (readonly QueueMessage[])[] {
    const batches = [this.#close() ?? [], this.#batch].filter((batch) => batch.length > 0);
    this.#batch = [];
    this.#batchBytes = 0;
    return batches;
  }

  /** Ends the message; returns the batch before it if there was no room in that. */
  #close(): readonly QueueMessage[] | undefined {
    if (this.#logFiles.length === 0) return undefined;
    const message = { body: bodyOf(this.#records), logFiles: this.#logFiles };
    const bytes = Buffer.byteLength(message.body);
    const { messagesPerBatch } = this.#size;
    const full = this.#batch.length === messagesPerBatch || this.#batchBytes + bytes > MAX_BATCH_BYTES;
    const before = full ? this.#batch : undefined;
    this.#batch = full ? [message] : [...this.#batch, message];
    this.#batchBytes = full ? bytes : this.#batchBytes + bytes;
    this.#logFiles = [];
    this.#records = [];
    this.#bytes = EMPTY_BYTES;
    return before;
  }
}

const EMPTY_BYTES = bodyOf([]).length;

function bodyOf(records: readonly string[]): string {
  return `{"Records":[${records.join(',')}]}`;
}

function recordOf(bucket: string, { key, size, version }: ListedLogFile): string {
  const eTag = version === undefined ? '' : etagOfVersion(version).replaceAll('"', '');
  const object = { key: formEncoded(key), size, ...(eTag !== '' && { eTag }) };
  return JSON.stringify({
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: bucket }, object },
  });
}

/** As S3 writes keys into its notifications, which leaves ASCII: nothing that SQS refuses in a body. */
function formEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}
