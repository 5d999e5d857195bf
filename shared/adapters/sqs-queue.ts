import { SendMessageBatchCommand, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';
import { QueueError, type MessageQueue, type QueueErrorCode, type Refusal } from '../jobs/deliver.ts';

/** `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`; the region is in China's and other partitions' hosts too. */
const AWS_HOST = /^sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.[a-z]+)?$/;

/** A standard queue of SQS, by its URL. */
export class SqsQueue implements MessageQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  /** Credentials as the AWS SDK finds them; the region too, where the URL doesn't say it. */
  constructor(url: string) {
    const region = AWS_HOST.exec(new URL(url).host)?.[1];
    this.#client = new SQSClient(region === undefined ? {} : { region });
    this.#url = url;
  }

  async send(bodies: readonly string[]): Promise<readonly Refusal[]> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    try {
      const { Failed = [] } = await this.#client.send(
        new SendMessageBatchCommand({ QueueUrl: this.#url, Entries }),
      );
      return Failed.map(({ Id, Code = 'unknown', Message, SenderFault = false }) => ({
        index: Number(Id),
        reason: `the queue refused it: ${Message ?? Code} (${Code})`,
        forGood: SenderFault && !THROTTLED.test(Code),
      }));
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #failed(cause: unknown): QueueError {
    const name = cause instanceof Error ? cause.name : 'unknown error';
    const code = codeOf(cause, name);
    return new QueueError(code, `${this.#url}: ${ADVICE[code]} (${name})`, { cause });
  }
}

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|OverLimit/i;

function codeOf(cause: unknown, name: string): QueueErrorCode {
  const status = cause instanceof SQSServiceException ? cause.$metadata.httpStatusCode : undefined;
  if (/QueueDoesNotExist|NonExistentQueue|InvalidAddress/.test(name)) return 'no-queue';
  if (THROTTLED.test(name)) return 'throttled';
  if (status === 403 || /Credentials|AccessDenied/.test(name)) return 'denied';
  return 'unavailable';
}

const ADVICE: Readonly<Record<QueueErrorCode, string>> = {
  'no-queue': 'there is no such queue; `serverless info` of the deployed pipeline shows its URL',
  denied: 'messages may not be sent: check the credentials, and their permissions on the queue and its key',
  throttled: 'the queue is busy; run the same command again, with a lower --rate',
  unavailable: 'the queue could not be reached; run the same command again to go on',
};
