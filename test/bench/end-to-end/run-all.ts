import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../../setup/python.ts';
import { aboutMachine } from './about.ts';
import { bundleNormalise } from './bundle-normalise.ts';
import { coldContestants, contestantsFor, reference, type Contestant } from './contestants.ts';
import { coldPlan, corpusPlans, writeCorpus, type CorpusPlan } from './corpora.ts';
import type { CorpusFigures, Figures } from './figures.ts';
import { measureRounds } from './rounds.ts';

/** A tenth of a second each, and close to the limits of what can be told apart. */
const COLD_ROUNDS_A_ROUND = 3;

/** Makes the corpora and measures everything; tells `progress` what it is at. */
export async function runAll(
  sizeMB: number,
  rounds: number,
  progress: (doing: string) => void,
): Promise<Figures> {
  const python = await pythonEnvironment();
  const machine = await aboutMachine(python);
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-bench-'));
  const programs = { python, normaliser: await bundleNormalise(join(folder, 'bundle')) };
  const measure = async (
    plan: CorpusPlan,
    contestants: readonly Contestant[],
    rounds: number,
  ): Promise<CorpusFigures> => {
    progress(plan.name);
    const source = join(folder, plan.id);
    const corpus = await writeCorpus(plan, source);
    const lake = join(folder, 'lake');
    const figures = await measureRounds({ corpus, contestants, rounds, source, lake, python });
    await rm(source, { recursive: true });
    return figures;
  };
  try {
    const all = contestantsFor(programs);
    const corpora: CorpusFigures[] = [];
    for (const plan of corpusPlans(sizeMB * 1e6)) {
      const contestants = plan.id === 'typical' ? [...all, reference()] : all;
      corpora.push(await measure(plan, contestants, rounds));
    }
    const coldRounds = rounds * COLD_ROUNDS_A_ROUND;
    const cold = await measure(coldPlan(), coldContestants(programs), coldRounds);
    return { about: { ...machine, rounds, coldRounds, sizeMB }, corpora, cold };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
