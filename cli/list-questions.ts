import { questionNamed } from '../shared/core/questions/question-set.ts';
import { questionJson, questionList, questionText } from './output/question-list.ts';
import { loadCosts } from './question-costs.ts';
import { asUsage, loadQuestions } from './question-files.ts';

/** The library, or one question of it, for people or as JSON. Throws `UsageError` for an unknown name. */
export function listQuestions(name: string | undefined, json: boolean): string {
  const questions = loadQuestions();
  const costs = loadCosts();
  if (name === undefined)
    return json
      ? JSON.stringify(
          questions.map((question) => questionJson(question, costs)),
          null,
          2,
        )
      : questionList(questions, costs);
  const question = asUsage(() => questionNamed(questions, name));
  return json ? JSON.stringify(questionJson(question, costs), null, 2) : questionText(question, costs);
}
