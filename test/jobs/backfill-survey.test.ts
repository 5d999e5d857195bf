import { expect, it } from 'vitest';
import { findLogFiles } from '../../shared/jobs/find-log-files.ts';
import { sortLogFiles } from '../../shared/jobs/sort-log-files.ts';
import { survey, type Survey } from '../../shared/jobs/survey.ts';
import { MemoryTrail } from '../support/memory-trail.ts';

const PACKING = { logFilesPerMessage: 10, messagesPerBatch: 10, batchFiles: 1000 };

/** Of days with so many log files each. */
async function surveyOf(days: readonly number[], workers: number): Promise<Survey['size']> {
  const keys = days.flatMap((count, day) =>
    Array.from(
      { length: count },
      (_, i) => `AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/${11 + day}/${100_000 + i}.json.gz`,
    ),
  );
  const found = findLogFiles(new MemoryTrail(keys), '', { accounts: [], regions: [] });
  return (await survey(sortLogFiles(found, undefined), { ...PACKING, workers }, () => {})).size;
}

it.each([
  [[7], 1],
  [[10, 10], 2],
  [[11], 2],
  [[45, 3], 6],
  [[600], 5],
  [[5000], 5],
  [[5001, 1], 7],
  [[7500], 10],
])('days of %j log files become %i batches, five invocations at a time', async (days, batches) => {
  expect(await surveyOf(days, 5)).toMatchObject({ batches });
});

it.each([
  [[7], 1],
  [[1000], 1],
  [[1001, 1], 3],
])('days of %j log files become %i batches on one machine', async (days, batches) => {
  expect(await surveyOf(days, 1)).toMatchObject({ batches });
});

it('counts messages and the calls that send them', async () => {
  expect(await surveyOf([95, 210], 5)).toMatchObject({ logFiles: 305, messages: 31, sends: 4 });
});
