import { describe, expect, it } from 'vitest';
import { document } from './document.ts';
import { madeUpFigures } from './made-up-figures.ts';
import { picture } from './picture.ts';

describe('the page of benchmarks', () => {
  it('is the same for the same figures', () => {
    expect(document(madeUpFigures())).toBe(document(madeUpFigures()));
    expect(picture(madeUpFigures())).toBe(picture(madeUpFigures()));
  });

  it('says in so many words what is not met', () => {
    expect(document(madeUpFigures())).not.toContain('not met');
    expect(document(madeUpFigures({ 'normalise 1': 2 }))).toContain('**not met**');
  });

  it('says how it is made again, with the sizes it was made with', () => {
    expect(document(madeUpFigures())).toContain('npm run bench -- --size-mb 100 --rounds 7');
  });

  it('leaves no figure out and none undefined', () => {
    expect(document(madeUpFigures())).not.toMatch(/NaN|undefined|Infinity/);
    expect(picture(madeUpFigures())).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws a bar for each contestant of one thread in each corpus, in colours for light and dark', () => {
    const drawn = picture(madeUpFigures());
    expect(drawn.match(/<rect [^>]*fill="var\(--(?:ours|peer|floor)\)"/g)).toHaveLength(4 * 5);
    expect(drawn).toContain('prefers-color-scheme: dark');
    // As an image it is read as XML, which has no attribute twice.
    const names = drawn.slice(0, drawn.indexOf('>')).match(/[\w:-]+(?==)/g) ?? [];
    expect(new Set(names).size).toBe(names.length);
  });
});
