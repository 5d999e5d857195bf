import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FoundDigest } from '../../shared/core/digest-checks.ts';
import type { Finding } from '../../shared/core/finding.ts';
import type { DigestKey } from '../../shared/core/digest-key.ts';
import { LogFileSides, type Sides } from '../../shared/jobs/log-file-sides.ts';
import { mergeByDay, type DayListing } from '../../shared/jobs/merge-by-day.ts';
import { nothingVerified, verify, type VerifyPlaces, type VerifyProgress } from '../../shared/jobs/verify.ts';
import { COPY, isAlarm, KEYS, sealedTrail, told, UNTIL, type SealedTrail } from '../support/sealed-trail.ts';

/** Going through years of log files day by day finds what going through them at once would. */

const WHOLE = await sealedTrail();
const [IRELAND, VIRGINIA, OTHER] = WHOLE.trails;

function tampered(): SealedTrail {
  const trail = WHOLE.copy();
  const [first = '', , third = ''] = IRELAND?.logFiles ?? [];
  trail.logs.delete(third);
  trail.logs.delete(VIRGINIA?.digests[2] ?? '');
  trail.logs.delete(OTHER?.logFiles[1] ?? '');
  const folder = first.slice(0, first.indexOf('2026/'));
  for (const name of ['2026/11/20-x', '2026/11/205', '2026/11/20/new.json.gz', '2026/11/22/a', 'x'])
    trail.logs.set(`${folder}${name}`, { bytes: gzipSync('{}') });
  trail.logs.set(first.replaceAll('/eu-west-1/', '/eu-west-1-/'), { bytes: gzipSync('{}') });
  const [receipts = '', ...others] = trail.keys('receipts/');
  trail.lake.delete(receipts);
  trail.put(others.at(-1) ?? '', '{}');
  trail.put('events/x', 'x');
  trail.put('receipts/x', 'x');
  return trail;
}

describe('a run that is cut off', () => {
  it.each(['bucket', 'folder'] as const)(
    'goes on from any checkpoint, and finds with what it had found what a whole run does, in a %s',
    async (kind) => {
      const places = tampered().places(kind);
      const options = kind === 'folder' ? COPY : { until: UNTIL, sealedUntil: UNTIL };
      const stops: { readonly progress: string; readonly found: readonly string[] }[] = [];
      const found: string[] = [];
      const checkpoint = (progress: VerifyProgress): void => {
        stops.push({ progress: JSON.stringify(progress), found: [...found] });
      };
      for await (const one of verify(places, { keys: KEYS, ...options, checkpoint }, nothingVerified()))
        found.push(told(one));
      expect(found.filter(isAlarm).length).toBeGreaterThan(10);
      expect(stops.length).toBeGreaterThan(6);
      for (const stop of stops) {
        const rest = await resumed(places, { ...options, from: JSON.parse(stop.progress) as VerifyProgress });
        expect([...new Set([...stop.found, ...rest])].sort()).toEqual([...new Set(found)].sort());
      }
    },
  );
});

async function resumed(
  places: VerifyPlaces,
  options: Pick<Parameters<typeof verify>[1], 'until' | 'sealedUntil' | 'from'>,
): Promise<string[]> {
  const rest = await Array.fromAsync(verify(places, { keys: KEYS, ...options }, nothingVerified()));
  return rest.map(told);
}

describe('listings merged by day', () => {
  const segment = fc.constantFrom(
    'a',
    'b',
    'us-east-1',
    'us-east-1-x',
    '2026',
    '2027',
    '11',
    '12',
    '20',
    '21',
    '20-',
    '205',
    'é',
    '😀',
    '',
  );
  const path = fc.oneof(
    fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/')),
    fc
      .tuple(fc.constantFrom('a', 'b', 'b-'), fc.constantFrom('19', '20', '21', '20-x', '2'), segment)
      .map(([region, day, rest]) => `${region}/2026/11/${day}/${rest}`),
  );
  const listings = fc.array(fc.uniqueArray(path, { maxLength: 12 }), { minLength: 1, maxLength: 4 });

  it('keep their own order, lose nothing, and bring what is of a day together, the first listing first', async () => {
    await fc.assert(
      fc.asyncProperty(listings, async (paths) => {
        const sorted = paths.map((some) =>
          some.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
        const from = sorted.map((some, i): DayListing<string> => ({
          kind: `${i}`,
          root: `r${i}/`,
          keys: stream(some.map((one) => `r${i}/${one}`)),
        }));
        const merged = await Array.fromAsync(mergeByDay(from));
        for (const [i, some] of sorted.entries()) {
          const own = merged
            .filter(({ kind }) => kind === `${i}`)
            .map(({ key }) => key.slice(`r${i}/`.length));
          expect(own).toEqual(some);
        }
        const days = merged.map(({ day }) => day).filter((day) => day !== undefined);
        expect(days).toEqual(days.toSorted());
        const ranks = Map.groupBy(
          merged.filter(({ day }) => day !== undefined),
          ({ day }) => day,
        );
        for (const of of ranks.values()) {
          const kinds = of.map(({ kind }) => kind);
          expect(kinds).toEqual(kinds.toSorted());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are read one key ahead each, however long they are', async () => {
    let read = 0;
    const endless = async function* (): AsyncGenerator<string> {
      for (;;) yield `r/a/2026/11/${String(10 + Math.floor((read += 1) / 1000)).padStart(2, '0')}/x${read}`;
    };
    const merged = mergeByDay([
      { kind: 'x', root: 'r/', keys: endless() },
      { kind: 'y', root: 'r/', keys: stream([]) },
    ]);
    for (let i = 0; i < 100; i += 1) await merged.next();
    expect(read).toBeLessThanOrEqual(101);
  });
});

async function* stream(keys: readonly string[]): AsyncGenerator<string> {
  yield* keys;
}

const HOUR = 60 * 60 * 1000;
const MIDNIGHT = Date.parse('2026-11-20T00:00:00Z');

/** One log file, and who knows of it. */
interface Known {
  readonly hour: number;
  readonly minute: number;
  readonly isNamed: boolean;
  readonly isMet: boolean;
  readonly processed: readonly (string | null)[];
}

const known: fc.Arbitrary<Known> = fc.record({
  hour: fc.nat(24 * 5 - 1),
  minute: fc.nat(59),
  isNamed: fc.boolean(),
  isMet: fc.boolean(),
  processed: fc.array(fc.constantFrom('a', 'b', null), { maxLength: 2 }),
});

describe('the sides of log files', () => {
  it('are judged alike day by day and at the end, kept in between or not', () => {
    const sides: Sides[] = [
      { bucket: true, lake: true, lakeFrom: MIDNIGHT + 30 * HOUR },
      { bucket: true, lake: true },
      { bucket: true, lake: false },
    ];
    const range = fc
      .tuple(fc.nat(60), fc.nat(119))
      .map(([from, until]) => ({ from, until: Math.max(from, until) }));
    fc.assert(
      fc.property(
        fc.constantFrom(...sides),
        fc.array(known, { maxLength: 30 }),
        range,
        (of, logFiles, hours) => {
          expect(judged(of, logFiles, hours, 'daily')).toEqual(judged(of, logFiles, hours, 'once'));
          expect(judged(of, logFiles, hours, 'kept')).toEqual(judged(of, logFiles, hours, 'daily'));
        },
      ),
      { numRuns: 300 },
    );
  });
});

interface Hours {
  readonly from: number;
  readonly until: number;
}

/** Goes through the days as a full run does: a day's digests, objects, receipts; and judges the day before. */
function judged(
  of: Sides,
  logFiles: readonly Known[],
  { from, until }: Hours,
  how: 'daily' | 'once' | 'kept',
): string[] {
  const found: string[] = [];
  let sides = new LogFileSides(of, MIDNIGHT + 121 * HOUR);
  const dayOf = (hour: number): string =>
    iso(MIDNIGHT + hour * HOUR)
      .slice(0, 10)
      .replaceAll('-', '/');
  for (let day = 0; day < 6; day += 1) {
    if (how !== 'once' && day > 0) {
      found.push(...[...sides.judgeBefore(dayOf((day - 1) * 24))].map(saidOf));
      if (how === 'kept')
        sides = new LogFileSides(of, MIDNIGHT + 121 * HOUR, JSON.parse(JSON.stringify(sides.state())));
    }
    for (let hour = Math.max(from, day * 24 - 1); hour <= until; hour += 1) {
      const [digest, end] = [digestOf(hour), MIDNIGHT + (hour + 1) * HOUR];
      if (iso(end).slice(0, 10).replaceAll('-', '/') !== dayOf(day * 24)) continue;
      sides.digested(digest);
      for (const one of logFiles) if (one.isNamed && one.hour === hour) sides.name(keyOf(one), 'a', digest);
    }
    const ofDay = logFiles.filter(({ hour }) => Math.floor(hour / 24) === day);
    for (const one of ofDay) if (one.isMet) sides.meet(keyOf(one));
    for (const one of ofDay)
      for (const sha256 of one.processed) sides.process(keyOf(one), sha256, `receipts/${keyOf(one)}`);
  }
  return [...found, ...[...sides.close('r1')].map(saidOf)].sort();
}

/** Of what is summed up, how many; which of them comes first is all the same. */
function saidOf(one: Finding): string {
  return one.evidence.startsWith('this and') ? `${one.severity} ${one.code} ${one.evidence}` : told(one);
}

function keyOf({ hour, minute }: Known): string {
  const at = iso(MIDNIGHT + hour * HOUR + minute * 60_000);
  return `AWSLogs/111122223333/CloudTrail/r1/${at.slice(0, 10).replaceAll('-', '/')}/111122223333_CloudTrail_r1_${at.replaceAll(/[-:]/g, '').slice(0, 13)}Z_0123456789abcdef.json.gz`;
}

function digestOf(hour: number): FoundDigest {
  const [digestStartTime, endTime] = [iso(MIDNIGHT + hour * HOUR), iso(MIDNIGHT + (hour + 1) * HOUR)];
  const parsed = { endTime } as DigestKey;
  return {
    key: `digest ${hour}`,
    parsed,
    read: { digest: { digestStartTime }, sha256: '' },
    signature: '',
  } as FoundDigest;
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
