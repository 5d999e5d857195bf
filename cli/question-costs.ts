import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUESTION_FOLDER } from '../shared/adapters/question-folder.ts';
import { QUESTION_COSTS, type QuestionCosts } from '../shared/core/questions/question-costs.ts';

/** Where `npm run questions` keeps what it measured. */
export const COSTS_FILE = join(QUESTION_FOLDER, 'costs.json');

export function loadCosts(): QuestionCosts {
  return QUESTION_COSTS.parse(JSON.parse(readFileSync(COSTS_FILE, 'utf8')));
}
