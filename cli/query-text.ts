import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { forAthena, forDuckdb } from '../shared/core/questions/question-values.ts';
import { looksLikeQuestion, parseQuestion, type Question } from '../shared/core/questions/question.ts';
import { questionNamed } from '../shared/core/questions/question-set.ts';
import { asUsage, givenValues, isQuestionName, loadQuestions, type GivenValues } from './question-files.ts';
import { UsageError } from './usage-error.ts';

export interface AskFlags extends GivenValues {
  readonly file?: string;
}

/** A query in the form that each engine takes. A question's values are bound there. */
export interface Asked {
  athena(): ReturnType<typeof forAthena>;
  duckdb(): ReturnType<typeof forDuckdb>;
}

/** What a command line asks for: a question by its name, one in a file, or plain SQL. Throws `UsageError`. */
export async function askedFor(given: string | undefined, flags: AskFlags, now: Date): Promise<Asked> {
  if ((given === undefined) === (flags.file === undefined))
    throw new UsageError('give the name of a question, a query, or --file: one of them');
  if (given !== undefined && isQuestionName(given))
    return question(
      asUsage(() => questionNamed(loadQuestions(), given)),
      flags,
      now,
    );
  const text = given === '-' ? await textOf(process.stdin) : (given ?? (await fileText(flags.file ?? '')));
  if (looksLikeQuestion(text))
    return question(
      asUsage(() => parseQuestion(flags.file ?? 'the query', text)),
      flags,
      now,
    );
  if (flags.param.length > 0 || flags.example === true)
    throw new UsageError(
      '--param and --example are for questions; this is SQL without the header of one (docs/questions.md)',
    );
  return { athena: () => ({ sql: text, parameters: [] }), duckdb: () => ({ sql: text, values: {} }) };
}

function question(asked: Question, flags: GivenValues, now: Date): Asked {
  const values = givenValues(asked, flags, now);
  return { athena: () => asUsage(() => forAthena(asked, values)), duckdb: () => forDuckdb(asked, values) };
}

async function fileText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`the query file ${path} cannot be read`, { cause });
  });
}
