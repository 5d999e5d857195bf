import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { classifyKey } from '../../../shared/core/log-file-key.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../../shared/core/sample/sample-log-files.ts';
import { InvalidSampleOption } from '../../../shared/core/sample/sample-options.ts';
import { deliveredAt, read, sample, type ReadFile } from './read-sample.ts';

const DAY = sample({ eventsPerHour: 3000 }).map(read);
const LOGS = DAY.filter((file) => file.folder !== 'CloudTrail-Digest');
const MAIN = LOGS.filter((file) => file.folder === 'CloudTrail');

const fingerprint = (seed: string): string => {
  const hash = createHash('sha256');
  for (const file of sample({ seed, hours: 1, eventsPerHour: 200 })) hash.update(file.key).update(file.body);
  return hash.digest('hex');
};

describe('a sample', () => {
  it('is the same bytes for the same seed', () => {
    expect(fingerprint('a')).toBe(fingerprint('a'));
  });

  it('is another for another seed', () => {
    expect(fingerprint('a')).not.toBe(fingerprint('b'));
  });

  it('has all five folders of a trail, also when it is small', () => {
    const folders = new Set(sample({ hours: 1, eventsPerHour: 200 }).map((file) => file.folder));
    expect([...folders].sort().join(' ')).toBe(
      'CloudTrail CloudTrail-Aggregated CloudTrail-Digest CloudTrail-Insight CloudTrail-NetworkActivity',
    );
  });

  it('names its files as CloudTrail does, once each', () => {
    for (const { key, folder } of DAY) {
      const digest = { take: false, reason: 'digest' };
      expect(classifyKey(key)).toMatchObject(
        folder === 'CloudTrail-Digest' ? digest : { take: true, trail: { folder } },
      );
    }
    for (const { key, folder } of LOGS) {
      const [, account, , region, ...day] = key.split('/');
      const stamp = `${day.slice(0, 3).join('')}T\\d\\d[0-5][05]Z`;
      expect(key).toMatch(
        new RegExp(`/${account}_${folder}_${region}_${stamp}_[A-Za-z0-9]{16}\\.json\\.gz$`),
      );
    }
    expect(new Set(DAY.map((file) => file.key)).size).toBe(DAY.length);
  });

  it('is gzip of minified JSON with Records, described truly', () => {
    for (const file of LOGS) {
      expect(file.text.startsWith('{"Records":[')).toBe(true);
      expect(JSON.stringify(JSON.parse(file.text)).length).toBeGreaterThan(file.text.length * 0.98);
      expect(file.events).toHaveLength(file.records);
      expect(Buffer.byteLength(file.text)).toBe(file.rawBytes);
      expect([...file.body.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    }
  });

  it('has log files of the sizes that were measured on real trails', () => {
    const sizes = MAIN.map((file) => file.rawBytes).sort((a, b) => a - b);
    const records = MAIN.map((file) => file.records);
    const mean = records.reduce((sum, n) => sum + n, 0) / records.length;
    expect(sizes[sizes.length >> 1]).toBeGreaterThan(7000);
    expect(sizes[sizes.length >> 1]).toBeLessThan(25_000);
    expect(mean).toBeGreaterThan(8);
    expect(mean).toBeLessThan(53);
    expect(Math.max(...records)).toBeGreaterThan(250);
    expect(records).toContain(0);
  });

  it('keeps about to the events an hour that were asked for', () => {
    const records = MAIN.reduce((sum, file) => sum + file.records, 0);
    expect(records / 24 / 3000).toBeGreaterThan(0.85);
    expect(records / 24 / 3000).toBeLessThan(1.2);
  });

  it('delivers some log files twice, byte for byte', () => {
    const copies = Map.groupBy(
      MAIN.filter((file) => file.records > 0),
      (file) => file.sha256,
    );
    const doubled = [...copies.values()].filter((files) => files.length > 1);
    expect(doubled.length / copies.size).toBeGreaterThan(0.005);
    expect(doubled.length / copies.size).toBeLessThan(0.05);
    for (const [one, other] of doubled) expect(one?.text).toBe(other?.text);
  });

  it('gives every event an id of its own, doubled deliveries aside', () => {
    const once = new Map(LOGS.map((file) => [file.sha256, file]));
    const ids = [...once.values()].flatMap((file) => file.text.match(/"event(?:ID|Id)":"[^"]+"/g) ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/);
    }
  });

  it('delivers after 200 seconds on average, some hours late, some after midnight', () => {
    const delays = MAIN.flatMap((file) =>
      file.events.map((event) => (deliveredAt(file.key) - time(event)) / 1000),
    );
    const usual = delays.filter((delay) => delay < 900);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(usual.reduce((sum, delay) => sum + delay, 0) / usual.length).toBeCloseTo(200, -2);
    expect(delays.some((delay) => delay > 3600)).toBe(true);
    const nextDay = MAIN.filter((file) => file.events.some((event) => dayOf(event) < deliveryDay(file)));
    expect(nextDay.length).toBeGreaterThan(0);
  });

  it('has a few events of another region than the log file', () => {
    const other = MAIN.flatMap((file) =>
      file.events.filter((event) => event.awsRegion !== file.key.split('/')[3]),
    );
    expect(other.length).toBeGreaterThan(0);
    expect(new Set(other.map((event) => event.awsRegion))).toEqual(new Set(['us-east-1']));
  });

  it('starts no event before the start, also off the five minutes', () => {
    const start = new Date('2026-03-29T00:58:31Z');
    const files = sample({ start, hours: 1, eventsPerHour: 400 }).map(read);
    const times = files
      .filter((file) => file.folder === 'CloudTrail')
      .flatMap((file) => file.events.map(time));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(start.getTime());
    expect(Math.max(...times)).toBeLessThan(start.getTime() + 3_600_000);
  });

  it('is made as it is asked for: a century costs no more than its first file', () => {
    const century = sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 876_000 });
    expect(century.next().value?.key).toMatch(/^AWSLogs\/111122223333\//);
    century.return(undefined);
  });

  it('stops at the log file that reaches the size, and still seals the hour', () => {
    const files = [...sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 9999 }, { rawBytes: 500_000 })];
    const logs = files.filter((file) => file.folder !== 'CloudTrail-Digest');
    const size = logs.reduce((sum, file) => sum + file.rawBytes, 0);
    expect(size).toBeGreaterThanOrEqual(500_000);
    expect(size - (logs.at(-1)?.rawBytes ?? 0)).toBeLessThan(500_000);
    expect(files.at(-1)?.folder).toBe('CloudTrail-Digest');
  });

  it.each([
    ['accounts', { accounts: 0 }],
    ['regions', { regions: 99 }],
    ['hours', { hours: Number.NaN }],
    ['eventsPerHour', { eventsPerHour: -1 }],
    ['doubledShare', { doubledShare: 2 }],
    ['start', { start: new Date('never') }],
  ])('refuses a wrong %s by name', (option, wrong) => {
    expect(() => sample(wrong)).toThrow(
      expect.objectContaining({ constructor: InvalidSampleOption, option }),
    );
  });
});

function time(event: ReadFile['events'][number]): number {
  return Date.parse(event.eventTime ?? '');
}

function dayOf(event: ReadFile['events'][number]): string {
  return (event.eventTime ?? '').slice(0, 10);
}

function deliveryDay(file: ReadFile): string {
  return file.key.split('/').slice(4, 7).join('-');
}
