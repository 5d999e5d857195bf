import { costOf, type QuestionCosts } from '../../shared/core/questions/question-costs.ts';
import { paramLine } from '../../shared/core/questions/question-values.ts';
import { athenaSql, exampleValues, shellWord } from '../../shared/core/questions/question-values.ts';
import { TASKS, type Question } from '../../shared/core/questions/question.ts';
import { bytes, count } from './human.ts';
import { price } from './scan-line.ts';

/** Every question, by task, with its parameters and what it reads of the sample lake. */
export function questionList(questions: readonly Question[], costs: QuestionCosts): string {
  const width = Math.max(...questions.map(({ name }) => name.length));
  const parts = TASKS.map((task) => {
    const lines = questions
      .filter((question) => question.task === task)
      .map((question) => entry(question, costs, width));
    return [task, ...lines].join('\n');
  });
  return [
    ...parts,
    `${count(questions.length, 'question')}. ${costNote(costs)}\nOne in full: trailseal query --list access-key-activity`,
  ].join('\n\n');
}

function entry(question: Question, costs: QuestionCosts, width: number): string {
  const indent = ' '.repeat(width + 4);
  const params = question.params
    .map(({ name, type }) => (type === 'string' ? name : `${name} (${type})`))
    .join(', ');
  return `  ${question.name.padEnd(width)}  ${question.title}\n${indent}${params}; ${costText(question, costs)}`;
}

/** One question: what it answers, its parameters, a command line to copy, its SQL. */
export function questionText(question: Question, costs: QuestionCosts): string {
  const { name, title, task, answers, lookAt, params } = question;
  return [
    `${name}: ${title}`,
    `task: ${task}`,
    `answers: ${answers}`,
    `look at: ${lookAt.replaceAll('`', '')}`,
    `costs: ${costText(question, costs)}. ${costNote(costs)}`,
    'parameters:',
    ...params.map((param) => `  ${paramLine(param)}`),
    `such as:\n  ${exampleCommand(question)}`,
    `SQL, ${params.length === 0 ? 'without values' : `values in this order: ${question.sql.places.join(', ')}`}:\n${athenaSql(question)}`,
  ].join('\n');
}

/** Finds something in the sample lake. */
export function exampleCommand(question: Question): string {
  const values = [...exampleValues(question)].map(
    ([name, value]) => `--param ${shellWord(`${name}=${value}`)}`,
  );
  return ['trailseal query', question.name, ...values].join(' ');
}

export function costText(question: Question, costs: QuestionCosts): string {
  const cost = costOf(question, costs);
  return cost === undefined ? 'not measured' : `reads ${bytes(cost.bytes)}, ${price(cost.dollars)} on Athena`;
}

export function costNote({ lake }: QuestionCosts): string {
  return `Read of the sample lake of trailseal demo: ${count(lake.rows, 'row')} in ${count(lake.objects, 'object')} of ${bytes(lake.bytes)}; Athena charges for 10 MB at least.`;
}

/** For programs. */
export function questionJson(question: Question, costs: QuestionCosts): object {
  const { name, title, task, answers, lookAt, params, sql } = question;
  const cost = costOf(question, costs) ?? null;
  return { name, title, task, answers, lookAt, params, order: sql.places, sql: athenaSql(question), cost };
}
