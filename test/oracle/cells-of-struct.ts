/** Rules 1 to 5 of docs/lake.md: what a struct's members become, and what is left over for `unmapped`. */

import type { Field, Fields } from './documented-fields.ts';
import type { JsonNode, Member } from './json-source.ts';

/** A column's value as the tests compare it: structs and maps are objects, NULL is null. */
export type Cell = string | number | null | readonly Cell[] | { readonly [name: string]: Cell };

export type Cells = Record<string, Cell>;

/** Something that no column carries exactly: where it stood, and its own text. */
export interface Leftover {
  readonly path: string;
  readonly source: string;
}

/** What reading a struct found besides its own cells. */
export interface Findings {
  /** Columns that stand outside the struct their field is in. */
  readonly columns: Cells;
  readonly leftovers: Leftover[];
}

/** `path` is '' for the record itself. */
export function cellsOfStruct(
  members: readonly Member[],
  fields: Fields,
  path: string,
  found: Findings,
): Cells {
  const cells = nullCells(fields);
  for (const [index, { name, value }] of members.entries()) {
    const at = path === '' ? name : `${path}.${name}`;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined || isGivenAgain(members, index, fields)) {
      found.leftovers.push({ path: at, source: value.source });
    } else if (standsAlone(field)) {
      found.columns[field.column] = cellOf(value, field.as, at, found);
    } else {
      cells[name.toLowerCase()] = cellOf(value, field, at, found);
    }
  }
  return cells;
}

function nullCells(fields: Fields): Cells {
  const inside = Object.entries(fields).filter(([, field]) => !standsAlone(field));
  return Object.fromEntries(inside.map(([name]) => [name.toLowerCase(), null]));
}

/** Two members of one column (the same key twice, or `ARN` beside `arn`): the last one wins. */
function isGivenAgain(members: readonly Member[], index: number, fields: Fields): boolean {
  const column = columnOf(fields, members[index]?.name ?? '');
  return members.slice(index + 1).some(({ name }) => columnOf(fields, name) === column);
}

function columnOf(fields: Fields, name: string): string | undefined {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return undefined;
  return standsAlone(field) ? field.column : name.toLowerCase();
}

type OwnColumn = Extract<Field, { readonly column: string }>;

function standsAlone(field: Field): field is OwnColumn {
  return typeof field === 'object' && 'column' in field;
}

function cellOf(value: JsonNode, field: Exclude<Field, OwnColumn>, path: string, found: Findings): Cell {
  if (value.kind === 'null') return null;
  if (field === 'json') return value.source;
  if (field === 'text') return textCell(value, path, found);
  if (field === 'map') {
    return value.kind === 'object' ? mapCell(value.members, path, found) : leaveOver(value, path, found);
  }
  if ('struct' in field) {
    return value.kind === 'object'
      ? cellsOfStruct(value.members, field.struct, path, found)
      : leaveOver(value, path, found);
  }
  return value.kind === 'array'
    ? value.elements.map((element, i) => cellOf(element, { struct: field.listOf }, `${path}[${i}]`, found))
    : leaveOver(value, path, found);
}

function textCell(value: JsonNode, path: string, found: Findings): Cell {
  if (value.kind === 'null') return null;
  if (value.kind !== 'text') return value.source;
  if (!value.text.isWellFormed()) leaveOver(value, path, found);
  return value.text.toWellFormed();
}

function mapCell(members: readonly Member[], path: string, found: Findings): Cells {
  const entries = new Map<string, Cell>();
  for (const [index, { name, value }] of members.entries()) {
    const at = `${path}.${name}`;
    if (members.slice(index + 1).some((later) => later.name === name)) leaveOver(value, at, found);
    else entries.set(name.toWellFormed(), textCell(value, at, found));
  }
  return Object.fromEntries(entries);
}

function leaveOver(value: JsonNode, path: string, found: Findings): null {
  found.leftovers.push({ path, source: value.source });
  return null;
}
