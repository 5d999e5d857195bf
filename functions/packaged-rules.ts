import { join } from 'node:path';
import { readRuleFolder } from '../shared/adapters/rule-folder.ts';
import type { CompiledRule } from '../shared/core/rules/compiled-rule.ts';
import { rulesOfFiles } from '../shared/core/rules/rule-of-file.ts';

/**
 * The rules that this function goes by. Run from its source, those of the folder `rules/`; in a package, those that were packaged: there
 * `deploy/rules-module.ts` puts them in this module's place, checked, without their cases.
 */
export const packagedRules: readonly CompiledRule[] = await rulesOfSource();

async function rulesOfSource(): Promise<CompiledRule[]> {
  const { rules, errors } = rulesOfFiles(await readRuleFolder(join(import.meta.dirname, '../rules')));
  const [broken] = errors;
  if (broken !== undefined) throw broken.error;
  return rules.map(({ rule }) => rule);
}
