import { isAbsolute, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { readRuleFolder } from '../shared/adapters/rule-folder.ts';
import type { CompiledRule } from '../shared/core/rules/compiled-rule.ts';
import { rulesOfFiles } from '../shared/core/rules/rule-of-file.ts';
import { alarmName } from './alarms.ts';
import { ParamValueError } from './params.ts';

/** The rules of the folder that the parameter `rules` names, from the service's folder. Throws `ParamValueError` if any can't be used. */
export async function deployedRules(serviceDir: string, folder: unknown): Promise<readonly CompiledRule[]> {
  const path = String(folder);
  const files = await readRuleFolder(isAbsolute(path) ? path : join(serviceDir, path)).catch(
    (error: unknown) => {
      throw new ParamValueError('rules', 'a folder of rules', `${path} (${String(error)})`);
    },
  );
  const { rules, errors } = rulesOfFiles(files);
  if (errors.length > 0) {
    const all = errors.map(({ path: file, error }) => `${file}: ${error.message}`).join('\n');
    throw new ParamValueError('rules', 'a folder of rules that can all be used', `${path}\n${all}`);
  }
  const all = rules.map(({ rule }) => rule);
  mustDiffer(path, all);
  return all;
}

/** Each has a name of its own, and an alarm's in the template, which knows letters and digits only. */
function mustDiffer(folder: string, rules: readonly CompiledRule[]): void {
  const names = new Map<string, string>();
  for (const { definition } of rules) {
    const name = alarmName(definition.id);
    const other = names.get(name);
    if (other !== undefined)
      throw new ParamValueError(
        'rules',
        `a folder of rules with names that differ in letters or digits; two are called ${other} and ${definition.id}`,
        folder,
      );
    names.set(name, definition.id);
  }
}

/** Has esbuild put these rules in the place of `functions/packaged-rules.ts`: no YAML is read in a function. */
export function rulesModule(rules: readonly CompiledRule[]): Plugin {
  const documents = rules.map(({ definition: { cases: _cases, ...document } }) => document);
  const contents = `import { compileRule } from '../shared/core/rules/compiled-rule.ts';
export const packagedRules = ${JSON.stringify(documents)}.map((document) => compileRule(document));`;
  return {
    name: 'rules',
    setup: (build) => {
      build.onLoad({ filter: /[/\\]functions[/\\]packaged-rules\.ts$/ }, ({ path }) => ({
        contents,
        loader: 'ts',
        resolveDir: join(path, '..'),
      }));
    },
  };
}
