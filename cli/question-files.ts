import { readQuestionFolder } from '../shared/adapters/question-folder.ts';
import { questionsOfFiles, UnknownQuestionError } from '../shared/core/questions/question-set.ts';
import {
  exampleValues,
  questionValues,
  QuestionValueError,
  type QuestionValues,
} from '../shared/core/questions/question-values.ts';
import { QuestionError, type Question } from '../shared/core/questions/question.ts';
import { UsageError } from './usage-error.ts';

/** The questions that come with trailseal. */
export function loadQuestions(): readonly Question[] {
  return questionsOfFiles(readQuestionFolder());
}

/** One word, which no SELECT is: the name of a question. */
export function isQuestionName(text: string): boolean {
  return /^[\w.-]+$/.test(text) && text !== '-';
}

export interface GivenValues {
  /** Each as `name=value`. */
  readonly param: readonly string[];
  readonly example?: true;
}

/** The values of a question's parameters as a command line gives them. Throws `UsageError`. */
export function givenValues(question: Question, { param, example }: GivenValues, now: Date): QuestionValues {
  const given = new Map(example === true ? exampleValues(question) : []);
  for (const text of param) {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(`--param takes name=value, and ${JSON.stringify(text)} has no name or no =`);
    const isDay = question.params.some((known) => known.name === name && known.type === 'day');
    given.set(name, isDay ? dayOf(value, now) : value);
  }
  return asUsage(() => questionValues(question, given));
}

/** What is wrong with a question's name, file or values is the caller's to put right. */
export function asUsage<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (
      error instanceof QuestionValueError ||
      error instanceof UnknownQuestionError ||
      error instanceof QuestionError
    )
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

const DAY_MS = 86_400_000;

/** `today`, or so many days before it (`7d`), in UTC; anything else stays what it is. */
function dayOf(text: string, now: Date): string {
  const ago = text === 'today' ? '0' : /^(\d{1,5})d$/.exec(text)?.[1];
  return ago === undefined ? text : new Date(now.getTime() - Number(ago) * DAY_MS).toISOString().slice(0, 10);
}
