import { rm } from 'node:fs/promises';
import type { Contestant } from './contestants.ts';
import { rowOf, type CorpusFigures, type CorpusSize, type LakeSize, type Run } from './figures.ts';
import { lakeSize } from './lake-size.ts';
import { timedProcess } from './timed-process.ts';

export interface Course {
  readonly corpus: CorpusSize;
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  /** Where the corpus lies, where outputs may go for as long as they are needed, and what times. */
  readonly source: string;
  readonly lake: string;
  readonly python: string;
}

/**
 * Every contestant once a round, so that what else the machine does meets all alike. The first round isn't counted: it brings files and
 * programs into memory. Throws if one of them made other events than the corpus holds.
 */
export async function measureRounds(course: Course): Promise<CorpusFigures> {
  const runs = new Map(course.contestants.map((contestant): [Contestant, Run[]] => [contestant, []]));
  let size: LakeSize | undefined;
  for (let round = 0; round <= course.rounds; round += 1) {
    for (const [contestant, done] of runs) {
      const run = await measure(contestant, course);
      if (round > 0) done.push(run);
      if (contestant.id === 'ingest') size ??= lakeSize(course.lake);
      await rm(course.lake, { recursive: true, force: true });
    }
  }
  if (size === undefined) throw new Error('`trailseal ingest` made no lake');
  return {
    corpus: course.corpus,
    rows: Array.from(runs, ([contestant, done]) => rowOf(contestant, done)),
    lake: size,
  };
}

async function measure(contestant: Contestant, { corpus, source, lake, python }: Course): Promise<Run> {
  const timed = await timedProcess(python, contestant.command(source, lake, corpus.id));
  const { seconds, cpuSeconds, peakMemoryMB } = timed;
  const told = contestant.told?.(timed.output);
  for (const what of ['events', 'rawBytes'] as const) {
    const found = told?.[what];
    if (found !== undefined && found !== corpus[what])
      throw new Error(`${contestant.name}: ${found} instead of ${corpus[what]} (${what}, ${corpus.name})`);
  }
  return {
    seconds,
    insideSeconds: told?.seconds,
    cpuSeconds,
    peakMemoryMB: Math.max(peakMemoryMB, told?.peakMemoryMB ?? 0),
    outputBytes: told?.outputBytes ?? 0,
  };
}
