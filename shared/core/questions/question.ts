import { placesOf, type QuestionSql } from './question-sql.ts';

/** What questions are about; a file names one of them. In the order in which they are listed. */
export const TASKS = [
  'triage of a key',
  'triage of a role',
  'triage of an instance',
  'triage of a user or an address',
  'who changed this resource',
  'sign-ins',
  'privilege escalation',
  'persistence',
  'exfiltration',
  'network exposure',
  'cross-account access',
  'log tampering',
  'new and unused',
  'errors',
  'cost of data events',
  'CIS evidence',
] as const;

export type Task = (typeof TASKS)[number];

/** `day` is a UTC day as `2026-11-21`, `integer` a whole number that a double holds exactly. */
export const PARAM_TYPES = ['string', 'day', 'integer'] as const;

export interface QuestionParam {
  readonly name: string;
  readonly type: (typeof PARAM_TYPES)[number];
  /** A value that finds something in the sample of `trailseal demo`. */
  readonly example: string | undefined;
  readonly meaning: string;
}

/** One file of queries/: SQL for `cloudtrail_logs` in Athena's dialect, and what an analyst must know to ask it. */
export interface Question {
  /** The file's name without `.sql`. */
  readonly name: string;
  readonly title: string;
  readonly task: Task;
  readonly answers: string;
  readonly lookAt: string;
  readonly params: readonly QuestionParam[];
  readonly sql: QuestionSql;
}

/** A question's file is not written as it must be. The message starts with file and line. */
export class QuestionError extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`);
    this.name = 'QuestionError';
  }
}

/** One line of the header, with those that continue it. */
interface HeaderLine {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

const ONCE = ['title', 'task', 'answers', 'look at'] as const;
const PARAM = /^([a-z][a-z0-9_]*) (\w+)(?: = (.+?))? : (.+)$/;

/** Whether a text is meant for a question: any other SQL is run as it is. */
export function looksLikeQuestion(text: string): boolean {
  return /^-- title: /m.test(text);
}

/**
 * Reads a question's file. Header lines are `-- name: text`, a line that starts `--   ` goes on with the one before; after them comes
 * one SELECT, in which `:name` stands for a parameter's value. Throws `QuestionError`.
 */
export function parseQuestion(file: string, text: string): Question {
  const refuse = (line: number, problem: string): never => {
    throw new QuestionError(file, line, problem);
  };
  const header = headerOf(text, refuse);
  const once = (name: (typeof ONCE)[number]): string => {
    const [first, second] = header.lines.filter((line) => line.name === name);
    if (first === undefined) return refuse(1, `the line "-- ${name}: …" is missing`);
    if (second !== undefined) return refuse(second.line, `"${name}" stands twice`);
    return first.text;
  };
  for (const { name, line } of header.lines)
    if (name !== 'param' && !ONCE.some((known) => known === name))
      refuse(line, `"${name}" is not known; a header has ${ONCE.join(', ')} and param`);
  const params = paramsOf(header.lines, refuse);
  const sql = placesOf(
    header.body,
    params.map(({ name }) => name),
    (line, problem) => refuse(line + header.height, problem),
  );
  for (const { name, line } of params)
    if (!sql.places.includes(name)) refuse(line, `parameter ${name} is not used: the SQL has no :${name}`);
  return {
    name: file.slice(file.lastIndexOf('/') + 1).replace(/\.sql$/, ''),
    title: once('title'),
    task: taskOf(once('task'), header.lines, refuse),
    answers: once('answers'),
    lookAt: once('look at'),
    params: params.map(({ name, type, example, meaning }) => ({ name, type, example, meaning })),
    sql,
  };
}

export type Refuse = (line: number, problem: string) => never;

function headerOf(text: string, refuse: Refuse): { lines: HeaderLine[]; body: string; height: number } {
  const all = text.split('\n');
  const lines: HeaderLine[] = [];
  let height = 0;
  for (const [index, source] of all.entries()) {
    if (!source.startsWith('--')) break;
    height = index + 1;
    const more = /^-- {3,}(\S.*)$/.exec(source)?.[1];
    const last = lines.at(-1);
    if (more !== undefined && last !== undefined) {
      lines[lines.length - 1] = { ...last, text: `${last.text} ${more}` };
      continue;
    }
    const [, name, said] = /^-- ([a-z ]+): (\S.*)$/.exec(source) ?? [];
    if (name === undefined || said === undefined)
      return refuse(height, 'a line of the header is "-- name: text", or goes on as "--   text"');
    lines.push({ name, text: said, line: height });
  }
  return { lines, body: all.slice(height).join('\n').trim(), height };
}

function paramsOf(lines: readonly HeaderLine[], refuse: Refuse): (QuestionParam & { line: number })[] {
  const params: (QuestionParam & { line: number })[] = [];
  for (const { text, line } of lines.filter(({ name }) => name === 'param')) {
    const [, name, given, example, meaning] = PARAM.exec(text) ?? [];
    if (name === undefined || meaning === undefined)
      return refuse(line, 'a parameter is "name type = example : meaning", the example only if there is one');
    const type = PARAM_TYPES.find((known) => known === given);
    if (type === undefined) return refuse(line, `${given} is no type: ${PARAM_TYPES.join(', ')}`);
    if (params.some((param) => param.name === name)) return refuse(line, `parameter ${name} stands twice`);
    params.push({ name, type, example, meaning, line });
  }
  return params;
}

function taskOf(text: string, lines: readonly HeaderLine[], refuse: Refuse): Task {
  const task = TASKS.find((known) => known === text);
  const line = lines.find(({ name }) => name === 'task')?.line ?? 1;
  return task ?? refuse(line, `"${text}" is no task: ${TASKS.join('; ')}`);
}
