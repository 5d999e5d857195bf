import { describe, expect, it } from 'vitest';
import { unknownParams } from '../../deploy/params.ts';
import { readTypeScript } from '../../deploy/typescript-source.ts';
import { changeOfLogBucket, earlierSealKey } from '../../deploy/deployed-stack.ts';

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

it('a deployment with as many signing keys or one more goes ahead, also the first', () => {
  expect([earlierSealKey(0, 1), earlierSealKey(2, 2), earlierSealKey(2, 3)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('a forgotten generation does not go back to an earlier signing key', () => {
  expect(earlierSealKey(2, 1)).toContain('Repeat --param sealKeyGeneration=2');
});

describe('a TypeScript module in serverless.yml', () => {
  const asked = async (generation: unknown): Promise<unknown> =>
    await readTypeScript({
      params: ['deploy/seal-keys.ts', 'sealKeyGeneration'],
      address: 'newestSealKey',
      serviceDir: process.cwd(),
      resolveVariable: async (name) =>
        await Promise.resolve(name === 'param:sealKeyGeneration' ? generation : 'test'),
    });

  it('is given the parameters it names', async () => {
    expect(await asked('3')).toEqual({ value: { 'Fn::GetAtt': ['SealKey3', 'Arn'] } });
  });

  it('tells of a value that a parameter cannot have, without the stack of an error', async () => {
    expect(await asked('two')).toEqual({
      value: null,
      eventualErrorMessage: 'The parameter sealKeyGeneration must be a whole number from 1 to 50, not "two"',
    });
  });
});
