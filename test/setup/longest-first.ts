import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take ten seconds and more, the longest first. */
const LONG = [
  'functions/ten-thousand',
  'deploy/deploy',
  'deploy/package',
  'functions/failures',
  'functions/faults',
  'cli/commands',
  'cli/deployed-lake',
  'functions/sealed-chain',
  'cli/rules',
  'jobs/kill',
  'real/real-records',
  'adapters/rules-sql',
  'cli/verify-lake',
  'jobs/ingest-interleaved',
  's3/backfill',
  'jobs/ingest-faults',
  'jobs/deliveries',
  'jobs/seal-interleaved',
  'functions/verified',
];

/**
 * Starts long files first: one of them started last would run alone while the other core has nothing to do. Vitest knows how long files take
 * once it has run them; on a fresh clone it doesn't.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
  return rank === -1 ? LONG.length : rank;
}
