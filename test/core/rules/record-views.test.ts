import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import type { RecordView } from '../../../shared/core/rules/record-view.ts';
import { recordViews, type NotMatched } from '../../../shared/core/rules/record-views.ts';

function read(stored: Uint8Array | string): { views: RecordView[]; left: NotMatched } {
  const records = recordViews(Buffer.from(stored), DEFAULT_LIMITS);
  const views: RecordView[] = [];
  for (;;) {
    const { value, done } = records.next();
    if (done === true) return { views, left: value };
    views.push(value);
  }
}

const A = '{"eventName":"A","requestParameters":{"size": 500.0}}';

describe('the records that rules look at', () => {
  it.each([
    ['CloudTrail’s container', `{"Records":[${A}]}`],
    ['gzip', gzipSync(`{"Records":[${A}]}`)],
    ['a list', `[${A}]`],
    ['a record alone', A],
    ['lines', `${A}\n`],
    ['an EventBridge event', `{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":${A}}`],
  ])('are those of %s, each field with its own text', (_, stored) => {
    const { views, left } = read(stored);
    expect(views.map(({ value }) => value)).toEqual([JSON.parse(A)]);
    expect(views[0]?.fieldText('requestParameters')).toBe('{"size": 500.0}');
    expect(views[0]?.fieldText('detail')).toBeUndefined();
    expect(left).toEqual({ records: 0, wholeFile: false });
  });

  it('have the last of two fields of one name, as the lake has', () => {
    const [view] = read('{"eventName":"A","eventName":"B","x":1,"x":2.0}').views;
    expect([view?.value['eventName'], view?.fieldText('eventName'), view?.fieldText('x')]).toEqual([
      'B',
      '"B"',
      '2.0',
    ]);
  });

  it('are not those that the lake has in quarantine, which are counted', () => {
    const deep = `{"eventName":"C","x":${'['.repeat(600)}${']'.repeat(600)}}`;
    const long = `{"eventName":"D","x":"${'x'.repeat(3e6)}"}`;
    const { views, left } = read(`{"Records":[${A},${deep},${long},7,${A}]}`);
    expect([views.length, left]).toEqual([2, { records: 3, wholeFile: false }]);
    expect(read('not JSON').left).toEqual({ records: 0, wholeFile: true });
    expect(read(gzipSync(A).subarray(0, 30)).left).toEqual({ records: 0, wholeFile: true });
  });
});
