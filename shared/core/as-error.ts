/** What was thrown, as an error: JavaScript throws anything. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
