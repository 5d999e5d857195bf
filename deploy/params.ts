import { nearestName } from '../shared/core/nearest-name.ts';

/** A parameter's value is none it can have. */
export class ParamValueError extends Error {
  constructor(name: string, needed: string, value: unknown) {
    super(`The parameter ${name} must be ${needed}, not "${String(value)}"`);
    this.name = 'ParamValueError';
  }
}

/** The names of `given` that aren't `known`, each with the known name it was probably meant to be. */
export function unknownParams(
  given: readonly string[],
  known: readonly string[],
): readonly { readonly name: string; readonly nearest: string | undefined }[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, nearest: nearestName(name, known, FAR) }));
}

/** Past this many edits, a suggestion would be a guess. */
const FAR = 4;
