import { athenaSql } from '../shared/core/questions/question-values.ts';
import { questionsOfFiles } from '../shared/core/questions/question-set.ts';
import type { Question } from '../shared/core/questions/question.ts';
import { readQuestionFolder } from '../shared/adapters/question-folder.ts';
import { capitalised, ref, type Fragment, type Resource } from './template.ts';

/**
 * Athena lets an account make five saved queries a second, twenty at once (user guide, "Service quotas"): of so many, CloudFormation starts
 * each only when the one this far before it is there.
 */
const AT_ONCE = 15;

/** Every question of queries/ as a saved query of the workgroup, with `?` for the values. */
export function namedQueries(): Fragment {
  const questions = questionsOfFiles(readQuestionFolder());
  const ids = questions.map(logicalId);
  return {
    Resources: Object.fromEntries(
      questions.map((question, index) => [logicalId(question), namedQuery(question, ids[index - AT_ONCE])]),
    ),
  };
}

function logicalId({ name }: Question): string {
  return `${name.split('-').map(capitalised).join('')}Query`;
}

function namedQuery(question: Question, after: string | undefined): Resource {
  return {
    Type: 'AWS::Athena::NamedQuery',
    ...(after !== undefined && { DependsOn: [after] }),
    Properties: {
      Name: question.name,
      Description: description(question),
      Database: ref('Database'),
      WorkGroup: ref('Workgroup'),
      QueryString: athenaSql(question),
    },
  };
}

/** What it answers, and which values the question marks stand for, in their order. */
function description({ title, lookAt, params, sql }: Question): string {
  const order = sql.places.map((name, index) => `${index + 1} ${name}`).join(', ');
  const meanings = params.map(({ name, meaning }) => `${name}: ${meaning}`).join('; ');
  const values = `Values for ?, in order, texts and days in single quotes: ${order}. ${meanings}.`;
  return `${title} Look at: ${lookAt.replaceAll('`', '')}${sql.places.length === 0 ? '' : ` ${values}`}`;
}
