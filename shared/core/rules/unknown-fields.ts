import { nearestName } from '../nearest-name.ts';
import { documentedField, knownNames } from './documented-field.ts';
import { pathName, type Predicate } from './predicate.ts';

export interface UnknownField {
  readonly field: string;
  /** What may be meant. */
  readonly nearest?: string;
}

/** Those of the fields that no CloudTrail record is documented to have. */
export function unknownFields(paths: Iterable<readonly string[]>): readonly UnknownField[] {
  const unknown = new Map<string, UnknownField>();
  for (const path of paths) {
    if (path.length === 0 || documentedField(path) !== 'unknown') continue;
    const field = pathName(path);
    const at = path.findIndex((_, i) => documentedField(path.slice(0, i + 1)) === 'unknown');
    const nearest = nearestName(path[at] ?? '', knownNames(path.slice(0, at)));
    const meant = nearest === undefined ? undefined : pathName(path.with(at, nearest));
    unknown.set(field, { field, ...(meant !== undefined && { nearest: meant }) });
  }
  return [...unknown.values()];
}

/** The fields that a predicate asks for. */
export function fieldsOf(predicate: Predicate): (readonly string[])[] {
  if (predicate.kind === 'fields') return predicate.conditions.map(({ path }) => path);
  return predicate.kind === 'not' ? fieldsOf(predicate.of) : predicate.of.flatMap(fieldsOf);
}
