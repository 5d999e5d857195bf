import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildEventRuler, eventRulerVersion } from './support/event-ruler.ts';
import { ourVerdict, packVerdicts, type RecordedVerdicts, type Verdict } from './support/pattern-verdicts.ts';
import { EXCLUSIONS, patternPairs, type PatternPair } from './support/pattern-pairs.ts';

/**
 * `npm run test:ruler`: event patterns against events, by ours and by aws/event-ruler; exits with 1 at any disagreement. With the seed and
 * count that are recorded it also writes event-ruler's verdicts to test/fixtures, by which `npm test` goes, for it has no Java.
 *
 *   npm run test:ruler -- --seed another --count 100000
 */

const RECORDED = { seed: 'trailseal', count: '24000' };
const FIXTURE = new URL('fixtures/ruler-verdicts.json', import.meta.url);

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: RECORDED.seed },
    count: { type: 'string', default: RECORDED.count },
  },
});

function main(): void {
  const java = buildEventRuler();
  const pairs = [...patternPairs(flags.seed, Number(flags.count))];
  const lines = pairs.map(({ pattern, event }) => `${JSON.stringify([pattern, event])}\n`);
  const { stdout, stderr, status } = spawnSync('java', [...java, 'trailseal.Oracle'], {
    input: lines.join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const answers = stdout.trimEnd().split('\n');
  if (status !== 0 || answers.length !== pairs.length)
    throw new Error(`event-ruler did not answer: ${stderr}`);
  const theirs = answers.map(verdictOf);
  const disagreements = pairs.flatMap((pair, index) => disagreement(pair, theirs[index] ?? ''));
  report(theirs, disagreements);
  reportSplits(pairs, answers);
  if (disagreements.length > 0) process.exitCode = 1;
  else if (flags.seed === RECORDED.seed && flags.count === RECORDED.count) record(lines, theirs as Verdict[]);
}

function disagreement({ pattern, event }: PatternPair, theirs: string): string[] {
  const ours = ourVerdict(pattern, event);
  return ours === theirs ? [] : [`ours ${ours}, theirs ${theirs}\n  ${pattern}\n  ${event}`];
}

/**
 * Where event-ruler is of several minds, a machine with one branch of `$or` alone counts: with several on one field, its machines now and
 * then lose a match, and another time, on the same input, don't.
 */
function verdictOf(answer: string): string {
  return answer.startsWith('split ') ? (answer.split(' ').at(-1) ?? answer) : answer;
}

function reportSplits(pairs: readonly PatternPair[], answers: readonly string[]): void {
  const splits = answers.flatMap((answer, index) =>
    answer.startsWith('split ') ? [{ answer, ...pairs[index] }] : [],
  );
  console.log(
    `${splits.length} times event-ruler came to other verdicts by another of its ways (its own, its way before 2.0, each branch alone)`,
  );
  for (const { answer, pattern, event } of splits.slice(0, 3))
    console.log(`  ${answer}\n  ${pattern}\n  ${event}`);
}

function report(verdicts: readonly string[], disagreements: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  console.log(disagreements.slice(0, 50).join('\n'));
  console.log(`event-ruler ${eventRulerVersion()}, seed ${flags.seed}, ${verdicts.length} pairs:`);
  for (const [verdict, count] of counts) console.log(`  ${verdict} ${count}`);
  console.log(`${disagreements.length} disagreements. Not generated:`);
  for (const [what, why] of EXCLUSIONS) console.log(`  ${what}: ${why}`);
}

function record(lines: readonly string[], verdicts: readonly Verdict[]): void {
  const recorded: RecordedVerdicts = {
    eventRuler: eventRulerVersion(),
    seed: flags.seed,
    count: verdicts.length,
    sha256: createHash('sha256').update(lines.join('')).digest('hex'),
    verdicts: packVerdicts(verdicts),
  };
  writeFileSync(FIXTURE, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

try {
  main();
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
