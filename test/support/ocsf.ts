import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { OCSF_ACCOUNT_CHANGE } from '../../shared/core/views/ocsf-account-change.ts';
import { OCSF_API_ACTIVITY } from '../../shared/core/views/ocsf-api-activity.ts';
import { OCSF_AUTHENTICATION } from '../../shared/core/views/ocsf-authentication.ts';
import type { View } from '../../shared/core/views/view.ts';
import type { ViewType } from '../../shared/core/views/view-type.ts';
import { pythonEnvironment } from '../setup/python.ts';

const run = promisify(execFile);

/** The view of each class, by OCSF's name of the class. */
export const OCSF_VIEWS = {
  api_activity: OCSF_API_ACTIVITY,
  authentication: OCSF_AUTHENTICATION,
  account_change: OCSF_ACCOUNT_CHANGE,
} as const satisfies Record<string, View>;

export type OcsfClassName = keyof typeof OCSF_VIEWS;

export const OCSF_CLASSES = Object.keys(OCSF_VIEWS) as readonly OcsfClassName[];

/** Partition columns, which Security Lake's tables have too, beside what is OCSF. */
const NOT_OCSF = new Set(['accountid', 'account', 'region', 'year', 'month', 'day', 'eventday']);

export type OcsfEvent = Readonly<Record<string, unknown>>;

/** The rows of a class's view as OCSF events: no nulls, no empty objects, times as RFC 3339 has them; `without` some fields. */
export async function ocsfEvents(
  lake: DuckdbLake,
  name: OcsfClassName,
  without: readonly string[] = [],
): Promise<readonly OcsfEvent[]> {
  const types: Readonly<Record<string, { readonly type: ViewType }>> = OCSF_VIEWS[name].columns;
  const fields = Object.keys(types).filter((field) => !NOT_OCSF.has(field) && !without.includes(field));
  const { columns, chunks } = await lake.query(
    `SELECT ${fields.map((field) => `"${field}"`).join(', ')} FROM ${OCSF_VIEWS[name].name}`,
  );
  const events: OcsfEvent[] = [];
  for await (const rows of chunks) {
    for (const row of rows) {
      const fields = columns.flatMap((column, at) => {
        const type = types[column]?.type;
        const value = type && known(row[at], type);
        return value === undefined ? [] : [[column, value] as const];
      });
      events.push(Object.fromEntries(fields));
    }
  }
  return events;
}

function known(value: unknown, type: ViewType): unknown {
  if (value === null || value === undefined) return undefined;
  if (type === 'timestamp(3)') return (value as string).replace(' ', 'T');
  if (typeof type === 'string') return value;
  if ('array' in type) return (value as readonly unknown[]).map((element) => known(element, type.array));
  const typeOf = (name: string) => ('map' in type ? type.map : type.row[name]);
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const its = typeOf(name);
    const found = its && known(field, its);
    return found === undefined ? [] : [[name, found] as const];
  });
  return fields.length === 0 && 'row' in type ? undefined : Object.fromEntries(fields);
}

/** What OCSF's own schema says of an event of a class; nothing, if it is valid. */
export type OcsfValidator = (name: OcsfClassName, event: OcsfEvent) => readonly string[];

/** Validators by the JSON Schemas of an OCSF version. */
export async function ocsfValidator(version: string): Promise<OcsfValidator> {
  const python = await pythonEnvironment();
  const script = new URL('../python/ocsf_schemas.py', import.meta.url).pathname;
  const { stdout } = await run(python, [script, version, ...OCSF_CLASSES], { maxBuffer: 1e8 });
  const schemas = JSON.parse(stdout) as Readonly<Record<OcsfClassName, object>>;
  // The schema's patterns are not written for regular expressions of Unicode.
  const ajv = new Ajv2020({ strict: false, unicodeRegExp: false });
  const validators: Partial<Record<OcsfClassName, ValidateFunction>> = {};
  return (name, event) => {
    const validate = (validators[name] ??= ajv.compile(schemas[name]));
    if (validate(event)) return [];
    return (validate.errors ?? []).map(({ instancePath, keyword, params }) =>
      [instancePath, keyword, keyword === 'pattern' ? '' : JSON.stringify(params)].join(' '),
    );
  };
}

/** All events of a lake, and what is wrong with them: not valid, or in no class or two. */
export async function checkOcsf(
  lake: DuckdbLake,
  validate: OcsfValidator,
): Promise<{ readonly events: readonly OcsfEvent[]; readonly problems: readonly string[] }> {
  const events: OcsfEvent[] = [];
  const invalid: string[] = [];
  for (const name of OCSF_CLASSES) {
    // Any object is a valid `unmapped`, and it costs more than all else.
    const found = await ocsfEvents(lake, name, ['unmapped']);
    invalid.push(...found.flatMap((event) => validate(name, event)));
    events.push(...found);
  }
  const problems = Object.entries(Object.groupBy(invalid, (problem) => problem)).map(
    ([problem, found]) => `${found?.length} times ${problem}`,
  );
  return { events, problems: [...problems, ...(await classProblems(lake, events))] };
}

async function classProblems(lake: DuckdbLake, events: readonly OcsfEvent[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const rows of (await lake.query('SELECT eventid FROM cloudtrail_logs')).chunks) {
    ids.push(...rows.map(([id]) => (id as string | null) ?? 'null'));
  }
  const classified = events.map(eventId).sort().join('\n');
  return classified === ids.sort().join('\n')
    ? []
    : [`${ids.length} events are ${events.length} in the classes`];
}

/** The event's id; `null` without one. */
export function eventId(event: OcsfEvent): string {
  return (event['metadata'] as { readonly uid?: string }).uid ?? 'null';
}
