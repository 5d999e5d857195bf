import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { versionOfEtag } from '../../shared/core/log-file-version.ts';
import { createdObjectsOfText } from '../../shared/core/object-created.ts';
import {
  batchSizeAt,
  MAX_BATCH_BYTES,
  MessagePacker,
  type ListedLogFile,
  type QueueMessage,
} from '../../shared/core/queue-messages.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { backfill, emptySummary, type BackfillSummary } from '../../shared/jobs/backfill.ts';
import { ATTEMPTS, QueueError } from '../../shared/jobs/deliver.ts';
import { findLogFiles } from '../../shared/jobs/find-log-files.ts';
import { Pacer, type Clock } from '../../shared/jobs/pacer.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { sortLogFiles } from '../../shared/jobs/sort-log-files.ts';
import { StreamLedger } from '../../shared/jobs/stream-ledger.ts';
import { MemoryQueue } from '../support/memory-queue.ts';
import { MemoryTrail } from '../support/memory-trail.ts';

const STREAM = '111122223333/CloudTrail/us-east-1/2026/11/21';
const DAY = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/';
const KEYS = Array.from({ length: 1234 }, (_, i) => `${DAY}${String(i).padStart(5, '0')}.json.gz`);

/** Time that passes only by sleeping. */
class FakeClock implements Clock {
  time = 5000;
  readonly now = (): number => this.time;
  readonly sleep = (ms: number): Promise<void> => {
    this.time += ms;
    return Promise.resolve();
  };
}

interface Run {
  readonly keys?: readonly string[];
  readonly lake?: ObjectStore;
  readonly rate?: number;
  readonly clock?: Clock;
}

async function run(
  queue: MemoryQueue,
  { keys = KEYS, lake, rate = 1000, clock = new FakeClock() }: Run = {},
): Promise<BackfillSummary> {
  const summary = emptySummary();
  const found = findLogFiles(new MemoryTrail(keys, 100), '', { accounts: [], regions: [] });
  const ports = { logFiles: sortLogFiles(found, lake), queue, clock };
  await backfill(ports, { bucket: 'log-bucket', rate }, summary, () => {});
  return summary;
}

describe('backfill through a queue', () => {
  it('sends every log file once, in messages that the deployed function understands, and passes over the rest', async () => {
    const queue = new MemoryQueue();
    const summary = await run(queue, { keys: [...KEYS, DAY, `${DAY}readme.txt`] });
    expect(queue.keys).toEqual(KEYS);
    expect(queue.taken.flatMap(createdObjectsOfText)).toEqual(
      KEYS.map((key) => ({ bucket: 'log-bucket', key, size: 1000, etag: key })),
    );
    expect(summary).toEqual({
      logFiles: {
        found: 1236,
        sent: 1234,
        present: 0,
        refused: 0,
        skipped: { 'folder-marker': 1, 'not-a-log-file': 1 },
      },
      unfinished: 0,
      messages: 124,
      bytes: 1_234_000,
      problems: [],
    });
  });

  it('sends again what was refused of a batch, until it is taken', async () => {
    const queue = new MemoryQueue((call) => (call % 2 === 1 ? { refuse: [0, 3, 9] } : undefined));
    expect(await run(queue)).toMatchObject({
      logFiles: { sent: 1234, refused: 0 },
      messages: 124,
      problems: [],
    });
    expect(queue.keys.toSorted()).toEqual(KEYS);
  });

  it.each([
    ['the queue keeps refusing it', undefined, ATTEMPTS],
    ['it is refused for good, at once', true, 1],
  ] as const)('counts and names what stays: %s', async (_, forGood, attempts) => {
    const first = (call: number): boolean => call <= attempts;
    const queue = new MemoryQueue((call) =>
      first(call) ? { refuse: call === 1 ? [1] : [0], ...(forGood === true && { forGood }) } : undefined,
    );
    const summary = await run(queue);
    expect(summary).toMatchObject({ logFiles: { found: 1234, sent: 1224, refused: 10 }, messages: 123 });
    expect(summary.problems.map(({ logFile }) => logFile)).toEqual(KEYS.slice(10, 20));
    expect(queue.keys).toEqual(KEYS.filter((_key, i) => i < 10 || i >= 20));
  });

  it.each(['throttled', 'unavailable'] as const)(
    'waits ever longer while the queue is %s, and goes on',
    async (fail) => {
      const clock = new FakeClock();
      const queue = new MemoryQueue((call) => (call < ATTEMPTS ? { fail } : undefined));
      expect(await run(queue, { clock })).toMatchObject({ logFiles: { sent: 1234, refused: 0 } });
      expect(queue.keys).toEqual(KEYS);
      // 0.5 + 1 + 2 + 4 + 8 + 16 s of pauses, behind which the pace has nothing left to wait for but the last batch.
      expect(clock.time - 5000).toBeGreaterThanOrEqual(31_500);
    },
  );

  it('sends twice what was taken, but answered with a failure: never less than once', async () => {
    const queue = new MemoryQueue((call) =>
      call % 2 === 1 ? { fail: 'unavailable', applied: true } : undefined,
    );
    expect(await run(queue)).toMatchObject({ logFiles: { sent: 1234 } });
    expect(new Set(queue.keys)).toEqual(new Set(KEYS));
    expect(queue.keys).toHaveLength(2 * KEYS.length);
  });

  it.each([
    ['no-queue', 1],
    ['denied', 1],
    ['unavailable', ATTEMPTS],
  ] as const)('stops where the queue is %s, after %i calls', async (fail, calls) => {
    const queue = new MemoryQueue(() => ({ fail }));
    await expect(run(queue)).rejects.toThrow(QueueError);
    expect(queue.batches).toHaveLength(calls);
  });

  it('goes on after an interruption: what came into the lake meanwhile is left out, what is half done is sent again', async () => {
    const lake = new MemoryStore();
    const queue = new MemoryQueue((call) => (call === 2 ? { fail: 'denied' } : undefined));
    await expect(run(queue, { lake })).rejects.toThrow('injected');
    const arrived = queue.keys;
    expect(arrived.length).toBeGreaterThan(0);
    const half = KEYS.slice(arrived.length, arrived.length + 20);
    await planned(lake, arrived, true);
    await planned(lake, half, false);

    const second = new MemoryQueue();
    expect(await run(second, { lake })).toMatchObject({
      logFiles: { found: 1234, sent: 1234 - arrived.length, present: arrived.length },
      unfinished: 20,
    });
    expect(second.keys).toEqual(KEYS.slice(arrived.length));
  });

  it('sends another version of a log file that is in the lake', async () => {
    const lake = new MemoryStore();
    await planned(lake, KEYS.slice(0, 10), true, 'etag:older');
    expect(await run(new MemoryQueue(), { lake })).toMatchObject({ logFiles: { sent: 1234, present: 0 } });
  });
});

/** Plans these log files and, if `committed`, says that the plan was carried out. */
async function planned(
  lake: ObjectStore,
  keys: readonly string[],
  committed: boolean,
  version?: string,
): Promise<void> {
  const ledger = await StreamLedger.load(lake, STREAM, DEFAULT_LIMITS);
  const { batch } = await ledger.plan(
    keys.map((key) => ({ key, size: 1000, version: version ?? `etag:${key}` })),
  );
  if (!committed || batch === undefined) return;
  const number = String(batch.sequence).padStart(6, '0');
  await lake.putIfAbsent(`receipts/${STREAM}/${number}.json`, new Uint8Array());
}

describe('the pace', () => {
  it('is kept over any run of helpings, and not saved up while nobody asks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5000 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.nat(3000)), { minLength: 2, maxLength: 40 }),
        async (rate, helpings) => {
          const clock = new FakeClock();
          const pacer = new Pacer(rate, clock);
          const gone: { at: number; count: number }[] = [];
          for (const [count, idle] of helpings) {
            clock.time += idle;
            await pacer.take(count);
            gone.push({ at: clock.time, count });
          }
          for (const [i, from] of gone.entries()) {
            for (const [j, to] of gone.entries()) {
              if (j <= i) continue;
              const before = gone.slice(i, j).reduce((sum, { count }) => sum + count, 0);
              expect((before / (to.at - from.at)) * 1000).toBeLessThanOrEqual(rate * 1.000001);
            }
          }
        },
      ),
    );
  });

  it('makes a thousand log files at 200 a second take five seconds, in batches of half a second', async () => {
    const clock = new FakeClock();
    const queue = new MemoryQueue();
    await run(queue, { keys: KEYS.slice(0, 1000), rate: 200, clock });
    expect(queue.batches.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 10));
    expect(clock.time - 5000).toBe(4500);
  });

  it.each([
    [1, 1, 1],
    [7, 7, 1],
    [19, 10, 1],
    [45, 10, 4],
    [5000, 10, 10],
  ])(
    'of %i a second comes in messages of %i, %i to a batch',
    (rate, logFilesPerMessage, messagesPerBatch) => {
      expect(batchSizeAt(rate)).toEqual({ logFilesPerMessage, messagesPerBatch });
    },
  );
});

describe('messages', () => {
  const key = fc.oneof(
    fc.string({ minLength: 1, maxLength: 60 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 250 }),
    fc.constantFrom(
      '\u0001'.repeat(1024),
      'ü'.repeat(512),
      'k'.repeat(1024),
      'a\uffff\ufffeb',
      'quo"te\\',
      'a b+c%20d%2Fe/../',
    ),
  );
  const etag = fc.oneof(
    fc.stringMatching(/^[0-9a-f]{32}$/),
    fc.stringMatching(/^[0-9a-f]{32}-[1-9][0-9]{0,3}$/),
    fc.constant(undefined),
  );
  const listed = fc
    .record({ key, size: fc.maxSafeNat(), etag })
    .map(({ key: name, size, etag: tag }) => listedAs(name, size, tag));

  it('tell the function of every log file once and in order, with its size and version', () => {
    fc.assert(
      fc.property(
        fc.array(listed, { maxLength: 300, size: 'max' }),
        fc.integer({ min: 1, max: 300 }),
        (logFiles, rate) => {
          const objects = pack(logFiles, rate)
            .flat()
            .flatMap(({ body }) => createdObjectsOfText(body));
          expect(objects.map(({ bucket, versionId }) => ({ bucket, versionId }))).toEqual(
            logFiles.map(() => ({ bucket: 'bucket', versionId: undefined })),
          );
          const told = objects.map(({ key: name, size, etag: tag }) => listedAs(name, size, tag));
          expect(told).toEqual(logFiles);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keep within the limits of log files, messages and bytes, and to what SQS takes', () => {
    fc.assert(
      fc.property(
        fc.array(listed, { maxLength: 300, size: 'max' }),
        fc.integer({ min: 1, max: 300 }),
        (logFiles, rate) => {
          const size = batchSizeAt(rate);
          for (const batch of pack(logFiles, rate)) {
            expect(batch.length).toBeLessThanOrEqual(size.messagesPerBatch);
            expect(batch.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)).toBeLessThanOrEqual(
              MAX_BATCH_BYTES,
            );
            for (const message of batch) {
              expect(message.logFiles.length).toBeLessThanOrEqual(size.logFilesPerMessage);
              expect(createdObjectsOfText(message.body)).toHaveLength(message.logFiles.length);
              expect(message.body).toMatch(/^[ -~]*$/);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are cut short by bytes, where log files have the longest keys and messages could hold hundreds', () => {
    const logFiles = Array.from({ length: 300 }, (_, i) => ({ key: `${i}${'ü'.repeat(510)}`, size: i }));
    const packer = new MessagePacker('bucket', { logFilesPerMessage: 1000, messagesPerBatch: 10 });
    const full = logFiles.flatMap((one) => packer.add(one) ?? []);
    const messages = [...full, ...packer.finish().flat()];
    expect(messages.flatMap(({ body }) => createdObjectsOfText(body)).map(({ key: name }) => name)).toEqual(
      logFiles.map(({ key: name }) => name),
    );
    for (const { body } of messages) expect(body.length).toBeLessThanOrEqual(MAX_BATCH_BYTES);
    expect(messages.length).toBeLessThan(6);
  });
});

/** What a message says of an object, as the listing that it was made from. */
function listedAs(key: string, size: number | undefined, etag: string | undefined): ListedLogFile {
  const logFile = { key, size: size ?? -1 };
  return etag === undefined ? logFile : { ...logFile, version: versionOfEtag(`"${etag}"`) };
}

function pack(logFiles: readonly ListedLogFile[], rate: number): (readonly QueueMessage[])[] {
  const packer = new MessagePacker('bucket', batchSizeAt(rate));
  const batches = logFiles.flatMap((one) => [packer.add(one)]).filter((batch) => batch !== undefined);
  return [...batches, ...packer.finish()];
}
