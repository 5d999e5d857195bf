import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QuestionFile } from '../core/questions/question-set.ts';

/** queries/ of this repository. */
export const QUESTION_FOLDER = fileURLToPath(new URL('../../queries', import.meta.url));

/** A folder's questions, unread. */
export function readQuestionFolder(folder = QUESTION_FOLDER): readonly QuestionFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names
    .sort()
    .map((name) => ({ path: `queries/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
}
