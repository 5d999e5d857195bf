import { AGGREGATED_RECORD, RECORD, type Field, type Shape } from '../record-shape.ts';
import { OBJECTS } from './row-record.ts';

/** What CloudTrail documents about the field at a path ("Record contents"). */
export type DocumentedField =
  /** One text, number or boolean, and none of the fields on the way is a list. */
  | 'single'
  /** Inside what the service writes (requestParameters and the like), or in a list: there may be anything, any number of times. */
  | 'open'
  /** No field of a record is called so. */
  | 'unknown';

/** `eventName` is single, `resources.ARN` open, `eventNam` unknown. */
export function documentedField(path: readonly string[]): DocumentedField {
  let shape: Shape | undefined = AGGREGATED_RECORD;
  let inList = false;
  for (const [i, name] of path.entries()) {
    const field: Field | undefined = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined) return 'unknown';
    const isLast = i === path.length - 1;
    if (isOpen(field) || OBJECTS.has(name)) return 'open';
    if (!('shape' in field)) return !isLast ? 'unknown' : inList ? 'open' : 'single';
    inList ||= field.as === 'structs';
    shape = field.shape;
  }
  return 'open';
}

function isOpen(field: Field): boolean {
  return field.as === 'json' || field.as === 'map' || (field.as === 'hoisted' && field.kind === 'json');
}

/** Whether one of the fields on the way to `path`, or at its end, may be a list. */
export function mayMeetList(path: readonly string[]): boolean {
  return documentedField(path) !== 'single';
}

/** The names of fields beside which `path` goes astray, for a suggestion. */
export function knownNames(path: readonly string[]): readonly string[] {
  let shape: Shape = RECORD;
  for (const name of path) {
    const field: Field | undefined = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined || !('shape' in field)) return Object.keys(shape);
    shape = field.shape;
  }
  return Object.keys(shape);
}
