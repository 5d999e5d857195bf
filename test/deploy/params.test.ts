import { expect, it } from 'vitest';
import { unknownParams } from '../../deploy/params.ts';
import { changeOfLogBucket } from '../../deploy/deployed-stack.ts';

const KNOWN = ['logBucket', 'logPrefix', 'alarmEmail'];

it.each([
  ['logbucket', 'logBucket'],
  ['logBuket', 'logBucket'],
  ['prefix', 'logPrefix'],
  ['alarm-email', 'alarmEmail'],
])('"%s" was probably meant to be "%s"', (name, nearest) => {
  expect(unknownParams([name], KNOWN)).toEqual([{ name, nearest }]);
});

it('what is like no parameter gets no suggestion', () => {
  expect(unknownParams(['retentionPeriod'], KNOWN)).toEqual([
    { name: 'retentionPeriod', nearest: undefined },
  ]);
});

it('known parameters are not remarked on', () => {
  expect(unknownParams(KNOWN, KNOWN)).toEqual([]);
});

it('a deployment with the same log bucket goes ahead', () => {
  expect(changeOfLogBucket('mine', 'mine')).toBeUndefined();
  expect(changeOfLogBucket('', '')).toBeUndefined();
});

it('a forgotten log bucket does not make a trail, nor a new one remove the trail', () => {
  expect(changeOfLogBucket('mine', '')).toContain('repeat --param logBucket=mine');
  expect(changeOfLogBucket('', 'mine')).toContain('leave --param logBucket out');
});
