/** A function's environment lacks what its template should have set. */
export class ConfigurationError extends Error {
  constructor(missing: readonly string[]) {
    super(`this function's environment has no ${missing.join(', ')}: serverless.yml sets it; deploy again`);
    this.name = 'ConfigurationError';
  }
}

/** The values of these environment variables, all of them needed. Throws `ConfigurationError`. */
export function configuration<const Name extends string>(...names: readonly Name[]): Record<Name, string> {
  const values = names.map((name) => [name, process.env[name] ?? ''] as const);
  const missing = values.filter(([, value]) => value === '').map(([name]) => name);
  if (missing.length > 0) throw new ConfigurationError(missing);
  return Object.fromEntries(values) as Record<Name, string>;
}
