import { readRuleFolder } from '../shared/adapters/rule-folder.ts';
import { nearestName } from '../shared/core/nearest-name.ts';
import type { CompiledRule } from '../shared/core/rules/compiled-rule.ts';
import { rulesOfFiles } from '../shared/core/rules/rule-of-file.ts';
import { UsageError } from './usage-error.ts';

/** Rules that can't be used as they are. */
export class BrokenRulesError extends Error {
  constructor(folder: string, problems: readonly string[]) {
    const [first, ...others] = problems;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    super(`${first ?? ''}${more}\nAll that is wrong in ${folder}: trailseal rules check --rules ${folder}`);
    this.name = 'BrokenRulesError';
  }
}

/** One rule and where it stands. */
export interface LoadedRule {
  /** Relative to the folder. */
  readonly path: string;
  readonly rule: CompiledRule;
}

/** The rules of a folder, or those with these ids. Throws `NoRulesError`, `BrokenRulesError`, and `UsageError` for an id that no rule has. */
export async function loadRules(folder: string, ids: readonly string[] = []): Promise<readonly LoadedRule[]> {
  const { rules, errors } = rulesOfFiles(await readRuleFolder(folder));
  if (errors.length > 0)
    throw new BrokenRulesError(
      folder,
      errors.map(({ path, error }) => `${folder}/${path}: ${error.message}`),
    );
  if (ids.length === 0) return rules;
  const known = rules.map(({ rule }) => rule.definition.id);
  for (const id of ids) if (!known.includes(id)) throw unknownRule(id, known, folder);
  return rules.filter(({ rule }) => ids.includes(rule.definition.id));
}

/** An id that no rule has, with the one that may be meant. */
export function unknownRule(id: string, known: readonly string[], folder: string): UsageError {
  const nearest = nearestName(id, known);
  const hint = nearest === undefined ? `it holds ${known.length} rules` : `did you mean ${nearest}?`;
  return new UsageError(`no rule in ${folder} is called ${id}; ${hint}`);
}
