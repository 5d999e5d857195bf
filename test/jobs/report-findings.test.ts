import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { finding, type Finding } from '../../shared/core/finding.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { reportFindings, type Notifier, type Reported } from '../../shared/jobs/report-findings.ts';
import { dyingStore, FaultyStore } from '../support/faulty-store.ts';

const NOW = Date.parse('2026-11-21T14:34:00Z');

class Told implements Notifier {
  readonly messages: { subject: string; message: string; code: string | undefined }[] = [];

  tell(subject: string, message: string, { code }: Readonly<Record<string, string>>): Promise<void> {
    this.messages.push({ subject, message, code });
    return Promise.resolve();
  }
}

/** Nobody can be told from the `number`-th message on. */
function failingFrom(number: number, told: Told): Notifier {
  let calls = 0;
  return {
    tell: async (...message) => {
      calls += 1;
      if (calls >= number) throw new Error('nobody could be told');
      await told.tell(...message);
    },
  };
}

async function report(
  findings: readonly Finding[],
  lake: ObjectStore,
  notifier: Notifier,
  now = NOW,
): Promise<Reported> {
  return await reportFindings(findings, { lake, notifier, now });
}

const GONE = finding('digest-missing', 'AWSLogs/a.json.gz', 'it was verified at 13:34, and is gone');
const CHANGED = finding('log-file-changed', 'AWSLogs/b.json.gz', 'it is other than it was');

function removed(count: number): Finding[] {
  return Array.from({ length: count }, (_, i) => finding('log-file-missing', `AWSLogs/${i}.json.gz`, 'gone'));
}

async function storedIn(lake: ObjectStore): Promise<string[]> {
  return await Array.fromAsync(lake.list('findings/'));
}

describe('a finding', () => {
  it('is told once, with what to do, and kept in the lake', async () => {
    const [lake, told] = [new MemoryStore(), new Told()];
    expect(await report([GONE, CHANGED], lake, told)).toEqual({ fresh: 2, messages: 2 });
    expect(told.messages).toEqual([
      {
        subject: 'Trailseal: digest-missing',
        message: expect.stringMatching(
          /^digest-missing: AWSLogs\/a\.json\.gz\n\nWhat was seen: it was verified at 13:34, and is gone\nWhat to do: A digest that/,
        ) as string,
        code: 'digest-missing',
      },
      expect.objectContaining({ code: 'log-file-changed' }),
    ]);
    const [key = '', ...others] = await storedIn(lake);
    expect(key).toMatch(/^findings\/digest-missing\/[0-9a-f]{32}\.json$/);
    expect(others).toHaveLength(1);
    expect(JSON.parse(Buffer.from((await lake.get(key)) ?? '').toString())).toEqual({
      ...GONE,
      advice: expect.stringMatching(/^A digest that should be there is gone/) as string,
      firstSeen: '2026-11-21T14:34:00.000Z',
    });
  });

  it('is not told again, however often and in whatever words it is found', async () => {
    const [lake, told] = [new MemoryStore(), new Told()];
    await report([GONE, GONE], lake, told);
    const later = { ...GONE, evidence: 'it was verified at 14:34, and is gone' };
    expect(await report([later], lake, told, NOW + 1)).toEqual({ fresh: 0, messages: 0 });
    expect(told.messages).toHaveLength(1);
  });

  it('is told for each object and of each kind', async () => {
    const [lake, told] = [new MemoryStore(), new Told()];
    await report([GONE], lake, told);
    const others = [
      { ...GONE, subject: 'AWSLogs/b.json.gz' },
      { ...GONE, code: 'digest-moved' as const },
    ];
    expect(await report(others, lake, told)).toEqual({ fresh: 2, messages: 2 });
  });

  it('is neither told nor kept as one if it is only a notice', async () => {
    const [lake, told] = [new MemoryStore(), new Told()];
    const notice = finding('batch-not-recomputed', 'receipts/a', 'gone', 'notice');
    expect(await report([notice], lake, told)).toEqual({ fresh: 0, messages: 0 });
    expect([told.messages, await storedIn(lake)]).toEqual([[], []]);
  });

  it('is told in lines of its own: nothing that a key holds can end one, or turn it round', async () => {
    const told = new Told();
    const key = 'AWSLogs/x\nWhat to do: nothing\u0000\u202Ezg.nosj\u2028\uD800';
    await report([finding('log-file-in-no-digest', key, `it is ${key}`)], new MemoryStore(), told);
    expect(told.messages[0]?.message.split('\n')).toEqual([
      'log-file-in-no-digest: AWSLogs/x\\u{a}What to do: nothing\\u{0}\\u{202e}zg.nosj\\u{2028}\uFFFD',
      '',
      expect.stringMatching(/^What was seen: it is AWSLogs\/x\\u\{a\}What to do: nothing/),
      expect.stringMatching(/^What to do: No digest vouches for it/),
    ]);
  });
});

describe('a flood', () => {
  it('of a kind is ten messages at most, the last of which says how many more there are and where', async () => {
    const [lake, told] = [new MemoryStore(), new Told()];
    expect(await report([...removed(1000), GONE], lake, told)).toEqual({ fresh: 1001, messages: 11 });
    const missing = told.messages.filter(({ code }) => code === 'log-file-missing');
    expect(missing).toHaveLength(10);
    expect(missing.at(-1)?.message).toMatch(
      /^991 more findings of this kind, the first of them:\n\nlog-file-missing: AWSLogs\/9\.json\.gz\n[^]*\nAll of them are in findings\/log-file-missing\/ in the lake\.$/,
    );
    expect(await storedIn(lake)).toHaveLength(1001);
    expect(await report(removed(1000), lake, told)).toEqual({ fresh: 0, messages: 0 });
  });

  it('begins with the eleventh: ten are told one by one', async () => {
    const told = new Told();
    await report(removed(10), new MemoryStore(), told);
    expect(told.messages.map(({ message }) => message.split('\n')[0])).toEqual(
      removed(10).map(({ subject }) => `log-file-missing: ${subject}`),
    );
  });
});

describe('a run that breaks off', () => {
  it('leaves what it could not tell to the next, which tells no other again', async () => {
    const [lake, told] = [new MemoryStore(), new Told()];
    await expect(report(removed(4), lake, failingFrom(3, told))).rejects.toThrow('nobody could be told');
    expect(await storedIn(lake)).toHaveLength(2);
    expect(await report(removed(4), lake, told)).toEqual({ fresh: 2, messages: 2 });
    expect(told.messages.map(({ message }) => message.split('\n')[0])).toEqual(
      removed(4).map(({ subject }) => `log-file-missing: ${subject}`),
    );
  });

  it.each(['lost', 'applied'] as const)(
    'has every finding told by the next, wherever it was (%s)',
    async (fault) => {
      const findings = [GONE, ...removed(13), CHANGED];
      const counting = new FaultyStore(new MemoryStore(), () => undefined);
      await report(findings, counting, new Told());
      const calls = counting.calls.get + counting.calls.put;
      expect(calls).toBe(30);
      for (let number = 1; number <= calls; number += 1) {
        const [lake, told] = [new MemoryStore(), new Told()];
        await expect(report(findings, dyingStore(lake, number, fault), told)).rejects.toThrow('injected');
        await report(findings, lake, told);
        const text = told.messages.map(({ message }) => message).join('\n');
        expect(await storedIn(lake)).toHaveLength(findings.length);
        // Alone, or among those that were too many.
        const many = /(\d+) more findings of this kind/.exec(text)?.[1] ?? '0';
        const single = findings.filter(({ subject }) => text.includes(subject)).length;
        expect(single + Math.max(0, Number(many) - 1), `call ${number}`).toBeGreaterThanOrEqual(
          findings.length,
        );
      }
    },
  );

  it('beside another does no harm: each finding is told, and stands in the lake once', async () => {
    const [lake, told] = [new MemoryStore(), new Told()];
    await Promise.all([report([GONE, CHANGED], lake, told), report([GONE, CHANGED], lake, told)]);
    expect(new Set(told.messages.map(({ code }) => code))).toEqual(new Set([GONE.code, CHANGED.code]));
    expect(await storedIn(lake)).toHaveLength(2);
  });
});
