import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ParamValueError } from './params.ts';

/** What osls asks a variable source: `${ts(<path>, <names of parameters>):<address>}`. */
export interface VariableRequest {
  readonly params: readonly string[];
  readonly address: string | undefined;
  readonly serviceDir: string;
  resolveVariable(name: string): Promise<unknown>;
}

export interface VariableAnswer {
  /** null is none. */
  readonly value: unknown;
  /** Why there is none. */
  readonly eventualErrorMessage?: string;
}

/**
 * Calls the named export of a TypeScript module, which may be async, with the stage, then the parameters named after the path. osls' own `${file(…)}` reads
 * JavaScript and YAML only.
 */
export async function readTypeScript(request: VariableRequest): Promise<VariableAnswer> {
  const [file = '', ...names] = request.params;
  const path = resolve(request.serviceDir, file);
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const exported = module[request.address ?? ''];
  if (typeof exported !== 'function') throw new Error(`${path} exports no function "${request.address}"`);
  const variables = ['sls:stage', ...names.map((name) => `param:${name}`)];
  const values = await Promise.all(variables.map((name) => request.resolveVariable(name)));
  try {
    return { value: (await exported(...values)) as unknown };
  } catch (error) {
    // osls shows any other error with its stack, as one of the program.
    if (error instanceof ParamValueError) return { value: null, eventualErrorMessage: error.message };
    throw error;
  }
}
