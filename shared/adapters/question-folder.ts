import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { QuestionFile } from '../core/questions/question-set.ts';

/** queries/ of this repository, wherever in it this module was bundled to. */
export const QUESTION_FOLDER = join(dirname(findPackageJSON(import.meta.url) ?? '.'), 'queries');

/** A folder's questions, unread. */
export function readQuestionFolder(folder = QUESTION_FOLDER): readonly QuestionFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names
    .sort()
    .map((name) => ({ path: `queries/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
}
