import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventTime } from '../../shared/core/event-time.ts';

function read(text: string): string | undefined {
  const instant = parseEventTime(text);
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

const instants = fc.date({
  min: new Date('0001-01-02T00:00:00Z'),
  max: new Date('9999-12-30T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('an event time', () => {
  it.each([
    ['2026-11-21T10:20:30Z', '2026-11-21T10:20:30.000Z'],
    ['2026-11-21 10:20:30', '2026-11-21T10:20:30.000Z'],
    ['2026-11-21T10:20:30', '2026-11-21T10:20:30.000Z'],
    ['2026-11-21T10:20:30.5Z', '2026-11-21T10:20:30.500Z'],
    ['2026-11-21T10:20:30.123999999Z', '2026-11-21T10:20:30.123Z'],
    ['2026-11-21T10:20:30+01', '2026-11-21T09:20:30.000Z'],
    ['2026-11-21T10:20:30+0130', '2026-11-21T08:50:30.000Z'],
    ['2026-11-21 10:20:30.001-09:30', '2026-11-21T19:50:30.001Z'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00.000Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0000-12-31T23:00:00-01:00', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('written %s is the instant %s', (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    ['the empty string', ''],
    ['a date alone', '2026-11-21'],
    ['no seconds', '2026-11-21T10:20Z'],
    ['30 February', '2026-02-30T00:00:00Z'],
    ['29 February of a common year', '2100-02-29T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['day 0', '2026-11-00T00:00:00Z'],
    ['24 o’clock', '2026-11-21T24:00:00Z'],
    ['minute 60', '2026-11-21T10:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['year 0', '0000-01-01T00:00:00Z'],
    ['year 0 by its offset', '0001-01-01T00:00:00+00:01'],
    ['year 10000 by its offset', '9999-12-31T23:59:59-00:01'],
    ['a signed year', '+02026-11-21T10:20:30Z'],
    ['a ten-digit fraction', '2026-11-21T10:20:30.0123456789Z'],
    ['a point without decimals', '2026-11-21T10:20:30.Z'],
    ['an offset of 24 hours', '2026-11-21T10:20:30+24:00'],
    ['an offset of 60 minutes', '2026-11-21T10:20:30+00:60'],
    ['an offset with a colon and no minutes', '2026-11-21T10:20:30+01:'],
    ['an offset with one digit', '2026-11-21T10:20:30+1'],
    ['lower case', '2026-11-21t10:20:30z'],
    ['two spaces', '2026-11-21  10:20:30Z'],
    ['space around it', ' 2026-11-21T10:20:30Z '],
    ['a newline behind it', '2026-11-21T10:20:30Z\n'],
    ['digits of another script', '２０２６-11-21T10:20:30Z'],
    ['epoch seconds', '1795256430'],
    ['a NUL', '2026-11-21T10:20:30Z\0'],
  ])('is refused that is %s', (_, text) => {
    expect(parseEventTime(text)).toBeUndefined();
  });

  it('agrees with Date.parse on every form that both know', () => {
    const zone = fc
      .tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59))
      .map(([sign, hours, minutes]) => `${sign}${two(hours)}:${two(minutes)}`);
    fc.assert(
      fc.property(instants, fc.oneof(fc.constant('Z'), zone), fc.nat(3), (date, zone, decimals) => {
        const local = date.toISOString().slice(0, 19);
        const text = `${local}${`.${date.toISOString().slice(20, 20 + decimals)}`.replace(/\.$/, '')}${zone}`;
        expect(parseEventTime(text)).toBe(Date.parse(text));
      }),
    );
  });

  it('is refused, not moved, for every day that no month has', () => {
    const days = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.nat(99), fc.nat(99));
    fc.assert(
      fc.property(days, ([year, month, day]) => {
        const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        const real = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
        expect(read(`${text}T12:00:00Z`)).toBe(real ? `${text}T12:00:00.000Z` : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time for a hostile text', () => {
    expect(parseEventTime(`2026-11-21T10:20:30.${'1'.repeat(1_000_000)}`)).toBeUndefined();
  });
});

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return leap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
