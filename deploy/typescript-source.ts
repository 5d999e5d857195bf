import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What osls asks a variable source: `${ts(<params>):<address>}`. */
export interface VariableRequest {
  readonly params: readonly string[];
  readonly address: string | undefined;
  readonly serviceDir: string;
  resolveVariable(name: string): Promise<unknown>;
}

/** Calls the named export of a TypeScript module with the stage. osls' own `${file(…)}` reads JavaScript and YAML only. */
export async function readTypeScript(request: VariableRequest): Promise<{ value: unknown }> {
  const path = resolve(request.serviceDir, request.params[0] ?? '');
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const exported = module[request.address ?? ''];
  if (typeof exported !== 'function') throw new Error(`${path} exports no function "${request.address}"`);
  return { value: exported(await request.resolveVariable('sls:stage')) as unknown };
}
