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
    .map((name) => ({ name, nearest: nearest(name, known) }));
}

/** Past this many edits, a suggestion would be a guess. */
const FAR = 4;

function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, edits: edits(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= FAR ? best.candidate : undefined;
}

/** Levenshtein's distance, a row at a time. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, a] of from.split('').entries()) {
    const next = [i + 1];
    for (const [j, b] of to.split('').entries()) {
      const replaced = (row[j] ?? 0) + (a === b ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
