import { nearestName } from '../nearest-name.ts';
import { parseQuestion, QuestionError, TASKS, type Question } from './question.ts';

export interface QuestionFile {
  /** As messages should name it. */
  readonly path: string;
  readonly text: string;
}

/** There is no question of that name. */
export class UnknownQuestionError extends Error {
  constructor(name: string, known: readonly string[]) {
    const near = nearestName(name, known);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    super(`there is no question ${name}${meant}\nAll of them: trailseal query --list`);
    this.name = 'UnknownQuestionError';
  }
}

/** The questions of a folder, by task and then name. Throws `QuestionError` for a file that isn't one, or whose "look at" names one that isn't there. */
export function questionsOfFiles(files: readonly QuestionFile[]): readonly Question[] {
  const questions = files.map(({ path, text }) => parseQuestion(path, text));
  const names = new Set(questions.map(({ name }) => name));
  for (const [index, question] of questions.entries())
    for (const name of namedIn(question))
      if (!names.has(name))
        throw new QuestionError(files[index]?.path ?? '', 1, `"look at" names ${name}, which is no question`);
  const place = ({ task }: Question): number => TASKS.indexOf(task);
  return questions.sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
}

/** Throws `UnknownQuestionError`. */
export function questionNamed(questions: readonly Question[], name: string): Question {
  const found = questions.find((question) => question.name === name);
  if (found === undefined)
    throw new UnknownQuestionError(
      name,
      questions.map((question) => question.name),
    );
  return found;
}

/** The questions that "look at" sends the reader to: what stands in it with a hyphen and in backquotes. */
export function namedIn({ lookAt }: Question): readonly string[] {
  return [...lookAt.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name ?? '');
}
