import { beforeAll, describe, expect, it } from 'vitest';
import { NotifyError, SnsNotifier } from '../../shared/adapters/sns-notifier.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { emptyTopic, SubscribedQueue } from '../support/subscribed-queue.ts';

emulatedAws();

/** Amazon SNS API reference, "Publish": fewer than 100 characters of ASCII; 262,144 bytes with the attributes. */
const MAX_BYTES = 262_144;

let topic: string;
let all: SubscribedQueue;
let digests: SubscribedQueue;

beforeAll(async () => {
  topic = await emptyTopic();
  all = await SubscribedQueue.to(topic);
  digests = await SubscribedQueue.to(topic, { code: ['digest-missing', 'digest-moved'] });
});

async function told(subject: string, message: string): Promise<{ Subject: string; Message: string }> {
  await new SnsNotifier(topic).tell(subject, message, { code: 'x' });
  const [first, ...others] = await all.taken();
  expect(others).toEqual([]);
  if (first === undefined) throw new Error('nothing has come');
  return first;
}

describe('the subscribers of a topic', () => {
  it('are told, with the code to filter by', async () => {
    const notifier = new SnsNotifier(topic);
    await notifier.tell('Trailseal: digest-missing', 'It is gone.\nGo and see.', { code: 'digest-missing' });
    await notifier.tell('Trailseal: log-file-changed', 'It is another.', { code: 'log-file-changed' });
    const [first, second] = (await all.taken()).sort((a, b) => (a.Subject < b.Subject ? -1 : 1));
    expect(first).toMatchObject({
      Subject: 'Trailseal: digest-missing',
      Message: 'It is gone.\nGo and see.',
      MessageAttributes: { code: { Type: 'String', Value: 'digest-missing' } },
    });
    expect(second).toMatchObject({ Subject: 'Trailseal: log-file-changed' });
    expect(await digests.taken()).toEqual([expect.objectContaining({ Message: 'It is gone.\nGo and see.' })]);
  });

  it('get a subject that SNS takes, whatever it was to be', async () => {
    const { Subject: subject } = await told(
      `Trailseal: ${'ß'.repeat(40)}\n${'x'.repeat(100)}`,
      'It is gone.',
    );
    expect(subject).toBe(`Trailseal: ${'?'.repeat(41)}${'x'.repeat(47)}`);
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  });

  it.each(['世', '🐟'])(
    'get as many whole characters (%s) as fit into a message, and are told that it was cut',
    async (character) => {
      const { Message: message } = await told('too long', `.${character.repeat(100_000)}`);
      expect(Buffer.byteLength(message)).toBeLessThan(MAX_BYTES - 1000);
      expect(Buffer.byteLength(message)).toBeGreaterThan(249_000);
      expect(message.replaceAll(character, '')).toBe('.\n… (the rest was too long for a message)');
    },
  );
});

it('a topic that is not there is an error which names it', async () => {
  const gone = `${topic}-gone`;
  const telling = new SnsNotifier(gone).tell('s', 'm', {});
  await expect(telling).rejects.toThrow(NotifyError);
  await expect(telling).rejects.toThrow(gone);
});
