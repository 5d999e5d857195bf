/**
 * Messages that tell the deployed pipeline of log files, in the shape of CloudTrail's own SNS notification
 * (`{"s3Bucket": "…", "s3ObjectKey": ["…"]}`; CloudTrail user guide, "Configuring Amazon SNS notifications for CloudTrail").
 */

export interface QueueMessage {
  readonly body: string;
  readonly keys: readonly string[];
}

/** A batch: 256 KiB, all bodies together, and ten messages (SQS developer guide, "Message quotas"; newer queues take more). */
export const MAX_BATCH_BYTES = 256 * 1024;
export const MAX_BATCH_MESSAGES = 10;
/** One message is read whole into one batch of the lake, within one run of a function. */
export const MAX_MESSAGE_KEYS = 50;

export interface BatchSize {
  readonly keysPerMessage: number;
  readonly messagesPerBatch: number;
}

/** A second's worth of log files to a batch: a slow pace is slow without ten-second pauses and bursts between them. */
export function batchSizeAt(logFilesPerSecond: number): BatchSize {
  const keysPerMessage = Math.max(1, Math.min(MAX_MESSAGE_KEYS, Math.floor(logFilesPerSecond)));
  const messages = Math.floor(logFilesPerSecond / keysPerMessage);
  return { keysPerMessage, messagesPerBatch: Math.max(1, Math.min(MAX_BATCH_MESSAGES, messages)) };
}

/** Puts keys into messages and messages into batches, in order, each as large as it may be. */
export class MessagePacker {
  readonly #bucket: string;
  readonly #size: BatchSize;
  readonly #emptyBytes: number;
  #keys: string[] = [];
  #bytes: number;
  #batch: QueueMessage[] = [];
  #batchBytes = 0;

  constructor(bucket: string, size: BatchSize) {
    this.#bucket = bucket;
    this.#size = size;
    this.#emptyBytes = Buffer.byteLength(bodyOf(bucket, []));
    this.#bytes = this.#emptyBytes;
  }

  /** A batch to send first, if the key didn't fit into it. Keys are at most 1,024 bytes (S3): one always fits. */
  add(key: string): readonly QueueMessage[] | undefined {
    const bytes = Buffer.byteLength(sendable(JSON.stringify(key))) + 1;
    const full =
      this.#keys.length === this.#size.keysPerMessage || this.#bytes + bytes > MAX_BATCH_BYTES
        ? this.#close()
        : undefined;
    this.#keys.push(key);
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
    if (this.#keys.length === 0) return undefined;
    const message = { body: bodyOf(this.#bucket, this.#keys), keys: this.#keys };
    const bytes = Buffer.byteLength(message.body);
    const { messagesPerBatch } = this.#size;
    const full = this.#batch.length === messagesPerBatch || this.#batchBytes + bytes > MAX_BATCH_BYTES;
    const before = full ? this.#batch : undefined;
    this.#batch = full ? [message] : [...this.#batch, message];
    this.#batchBytes = full ? bytes : this.#batchBytes + bytes;
    this.#keys = [];
    this.#bytes = this.#emptyBytes;
    return before;
  }
}

function bodyOf(bucket: string, keys: readonly string[]): string {
  return sendable(JSON.stringify({ s3Bucket: bucket, s3ObjectKey: keys }));
}

/** SQS refuses U+FFFE and U+FFFF as they are; JSON escapes control characters and lone surrogates by itself. */
function sendable(json: string): string {
  return json.replaceAll('\ufffe', String.raw`\ufffe`).replaceAll('\uffff', String.raw`\uffff`);
}
