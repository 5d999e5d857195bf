import { describe, expect, it } from 'vitest';
import {
  countFindings,
  verdictOf,
  type HourlyVerification,
  type VerifiedNow,
} from '../../../shared/core/report/integrity.ts';
import { UNVERIFIED } from '../../support/report-figures.ts';

const PERIOD = { from: '2026-11-01T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' };
const HOURLY: HourlyVerification = {
  at: '2026-11-03T01:20:00.000Z',
  since: '2026-10-01T00:00:00.000Z',
  behind: false,
  ownUntil: '2026-11-03T00:00:00Z',
  findings: [],
};
const NOW: VerifiedNow = { withLogFiles: true, chains: 1, digests: 2, logFiles: 3, batches: 1, findings: [] };
const ALARM = { code: 'lake-object-changed', severity: 'alarm', findings: 1 } as const;
const NOTICE = { code: 'batch-not-recomputed', severity: 'notice', findings: 1 } as const;

describe('what may be said of a lake’s integrity', () => {
  it('is “not verified” where no verification left a result', () => {
    expect(verdictOf(UNVERIFIED, PERIOD)).toBe('not verified');
    expect(verdictOf({ ...UNVERIFIED, seals: { digests: 9, sealedUntil: PERIOD.to } }, PERIOD)).toBe(
      'not verified',
    );
    expect(verdictOf({ ...UNVERIFIED, hourly: { ...HOURLY, ownUntil: null } }, PERIOD)).toBe('not verified');
  });

  it('is “verified” only where all of the period was, without so much as a notice', () => {
    expect(verdictOf({ ...UNVERIFIED, hourly: HOURLY }, PERIOD)).toBe('verified');
    expect(verdictOf({ ...UNVERIFIED, now: NOW }, PERIOD)).toBe('verified');
  });

  it.each([
    ['it began after the period did', { hourly: { ...HOURLY, since: '2026-11-01T00:00:01.000Z' } }],
    ['it hasn’t got to the period’s end', { hourly: { ...HOURLY, ownUntil: '2026-11-02T23:00:00Z' } }],
    ['it is behind', { hourly: { ...HOURLY, behind: true } }],
    ['something could not be checked', { hourly: { ...HOURLY, findings: [NOTICE] } }],
    ['the log files weren’t at hand', { now: { ...NOW, withLogFiles: false } }],
    ['a full run could not check something', { now: { ...NOW, findings: [NOTICE] } }],
  ] as const)('is “partly” where %s', (_why, more) => {
    expect(verdictOf({ ...UNVERIFIED, ...more }, PERIOD)).toBe('partly');
  });

  it('is not “verified” where a run had no batch to look at', () => {
    expect(verdictOf({ ...UNVERIFIED, now: { ...NOW, batches: 0 } }, PERIOD)).toBe('not verified');
  });

  it.each([
    ['now', { hourly: HOURLY, now: { ...NOW, findings: [ALARM] } }],
    ['in the last hour', { hourly: { ...HOURLY, findings: [ALARM] }, now: NOW }],
    ['earlier', { hourly: HOURLY, now: NOW, standing: [{ code: 'digest-missing', findings: 1 }] }],
  ] as const)('is “alarm” where one was found %s, whatever else was verified', (_when, more) => {
    expect(verdictOf({ ...UNVERIFIED, ...more }, PERIOD)).toBe('alarm');
  });

  it('counts findings by code, alarms first', () => {
    const found = countFindings([NOTICE, ALARM, NOTICE]);
    expect(found.map(({ code, findings }) => [code, findings])).toEqual([
      ['lake-object-changed', 1],
      ['batch-not-recomputed', 2],
    ]);
  });
});
