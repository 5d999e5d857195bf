import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { document } from './document.ts';
import type { Figures } from './figures.ts';
import { picture } from './picture.ts';

const PAGE = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../../docs/benchmarks.svg', import.meta.url));

/** Writes the page and the picture, formatted as the repository's other files. */
export async function writePage(figures: Figures): Promise<void> {
  const config = (await resolveConfig(PAGE)) ?? {};
  await writeFile(PAGE, await format(document(figures), { ...config, parser: 'markdown' }));
  await writeFile(PICTURE, picture(figures));
}
