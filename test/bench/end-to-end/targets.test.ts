import { describe, expect, it } from 'vitest';
import type { Figures } from './figures.ts';
import { madeUpFigures } from './made-up-figures.ts';
import { targetsOf, type Target } from './targets.ts';

/** The first target whose words these are. */
function target(figures: Figures, words: string): Target {
  const found = targetsOf(figures).find(({ what }) => what.includes(words));
  if (found === undefined) throw new Error(`no target says ${words}`);
  return found;
}

describe('targets', () => {
  it('are met by figures that meet them', () => {
    expect(targetsOf(madeUpFigures()).filter(({ met }) => !met)).toEqual([]);
  });

  it('say how much is missing where they are not met', () => {
    const slow = madeUpFigures({ 'normalise 1': 1 });
    expect(target(slow, 'orjson + pyarrow')).toMatchObject({ measured: '4.00×', met: false });
    expect(target(slow, 'DuckDB')).toMatchObject({ measured: '2.00×', wanted: 'at least 3.00×', met: false });
    expect(target(slow, 'gunzip alone')).toMatchObject({ measured: '0.25×', met: true });
    expect(target(slow, 'aimed for')).toMatchObject({ met: false });
  });

  it('are judged by the slower of the two clocks', () => {
    const figures = madeUpFigures();
    const rows = figures.corpora.flatMap((corpus) => corpus.rows);
    for (const row of rows) if (row.id === 'normalise' && row.insideSeconds) row.insideSeconds.median = 0.5;
    const judged = target(figures, 'orjson + pyarrow');
    expect(judged).toMatchObject({ measured: '4.00×', met: false });
    expect(judged.note).toContain('start to exit 8.00×, inside 4.00×');
  });

  it('take the worst run for peak memory', () => {
    const figures = madeUpFigures();
    const rows = figures.corpora.flatMap((corpus) => corpus.rows);
    for (const row of rows) if (row.id === 'ingest') row.peakMemoryMB.most = 200;
    const memory = targetsOf(figures).filter(({ what }) => what.startsWith('peak memory'));
    expect(memory.map(({ measured, met }) => [measured, met])).toEqual([
      ['165 MB', true],
      ['200 MB', false],
    ]);
  });

  it('compare cold starts with a process that does nothing', () => {
    const figures = madeUpFigures();
    const node = figures.cold.rows.find(({ id }) => id === 'node');
    if (node !== undefined) node.seconds.median = 0.1;
    expect(target(figures, 'cold start')).toMatchObject({ measured: '5.00×', met: false });
  });
});
