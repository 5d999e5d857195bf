import { costOf, type QuestionCosts } from '../../shared/core/questions/question-costs.ts';
import { TASKS, type Question } from '../../shared/core/questions/question.ts';
import { bytes, count } from './human.ts';
import { markdownTable } from './markdown-table.ts';
import { costNote } from './question-list.ts';
import { price } from './scan-line.ts';

/** docs/questions.md. */
export function questionsMarkdown(questions: readonly Question[], costs: QuestionCosts): string {
  const sections = TASKS.map((task) => {
    const rows = questions
      .filter((question) => question.task === task)
      .map((question) => row(question, costs));
    return `## ${task[0]?.toUpperCase() ?? ''}${task.slice(1)}\n\n${markdownTable(HEAD, rows, new Set(HEAD.slice(-2)))}`;
  });
  return [INTRODUCTION(questions.length), figures(questions, costs), ...sections, FORMAT].join('\n\n') + '\n';
}

const HEAD = ['question', 'answers', 'parameters', 'look at', 'read', 'of the lake'];

function row(question: Question, costs: QuestionCosts): string[] {
  const { name, title, answers, params, lookAt } = question;
  const cost = costOf(question, costs);
  const others = params.filter(({ name: param }) => param !== 'from_day' && param !== 'to_day');
  return [
    `[\`${name}\`](../queries/${name}.sql) ${title}`,
    answers,
    others.map((param) => `\`${param.name}\` ${param.type}: ${param.meaning}`).join('; '),
    lookAt,
    cost === undefined ? '' : bytes(cost.bytes),
    cost === undefined ? '' : `${((100 * cost.bytes) / costs.lake.bytes).toFixed(1)} %`,
  ];
}

function figures(questions: readonly Question[], costs: QuestionCosts): string {
  const read = questions.flatMap((question) => costOf(question, costs)?.bytes ?? []).sort((a, b) => a - b);
  const [median, worst] = [read[read.length >> 1] ?? 0, read.at(-1) ?? 0];
  const share = (value: number): string => `${((100 * value) / costs.lake.bytes).toFixed(1)} %`;
  const least =
    questions.map((question) => costOf(question, costs)?.dollars ?? 0).sort((a, b) => b - a)[0] ?? 0;
  return `**What they cost.** ${costNote(costs)} Read is the compressed size of the columns that a question names, over both days (\`npm run questions\` measures it
from the objects' footers; \`npm run questions -- --check\` compares): ${bytes(median)} at the median (${share(median)} of the lake), ${bytes(worst)} at worst (${share(worst)}); each costs ${price(least)} there, the least that Athena
charges. Not in these figures: Trino fetches objects below 3 MB whole, whatever is asked (today's hours, and this small sample), and showing each event once reads the identifiers
of objects that are not compacted.`;
}

const INTRODUCTION = (questions: number): string => `# The library of questions

<!-- Written by npm run questions, from queries/*.sql. -->

${count(questions, 'question')} of an investigation, as files of SQL for Athena in [queries/](../queries/). On a laptop and on AWS alike:

\`\`\`
trailseal query --list
trailseal query access-key-activity --param access_key=AKIAIOSFODNN7EXAMPLE --param from_day=7d --param to_day=today
trailseal query access-key-activity --workgroup trailseal-prod --param …
trailseal query root-use --example --lake demo/lake
\`\`\`

All take \`from_day\` and \`to_day\`: the first and the last UTC day (\`2026-11-21\`, \`today\`, \`7d\` for a week ago). They are partitions, so that other days are not read. \`--example\` fills
in values that find something in the sample of \`trailseal demo\`.

**Values are bound, never pasted**: as parameters of a prepared statement in DuckDB, as \`ExecutionParameters\` of \`StartQueryExecution\` in Athena. In the Athena console the same questions are saved queries of the
workgroup, with \`?\` for values; the description of each tells them in order. There, write texts and days in single quotes: \`'2026-11-21'\`.`;

const FORMAT = `## Your own

A question is a file: header lines, then one SELECT over \`cloudtrail_logs\` in Athena's dialect. \`trailseal query --file mine.sql --param …\` asks it; in queries/ it is listed and deployed too.

\`\`\`
-- title: What did this access key do?
-- task: triage of a key
-- answers: what the rows are
-- look at: what in the rows matters; the next question as \`access-key-timeline\`
-- param: access_key string = AKIANPAIB7TANEXAMPLE : the access key id
SELECT … WHERE useridentity.accesskeyid = :access_key
\`\`\`

A parameter is \`name type = example : meaning\`; types are string, day and integer, and the example may be left out. A line that starts with \`--\` and three spaces goes on with the one before. Parameters stand
in WHERE alone, for Athena takes them nowhere else. A file that is not like this is refused with its name and line.`;
