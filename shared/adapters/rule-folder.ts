import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RuleFile } from '../core/rules/rule-of-file.ts';

/** There is no folder of rules where one was named. */
export class NoRulesError extends Error {
  constructor(folder: string, options?: ErrorOptions) {
    super(
      `${folder} holds no rules: a rule is a file that ends in .yml, .yaml or .json (docs/rules.md)`,
      options,
    );
    this.name = 'NoRulesError';
  }
}

/** Not a rule, but what rules are checked against. */
export const SCHEMA_FILE = 'rule.schema.json';

/** The rules' files in a folder and below, hidden ones left out. Throws `NoRulesError`. */
export async function readRuleFolder(folder: string): Promise<RuleFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new NoRulesError(folder, { cause });
  });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name) && entry.name !== SCHEMA_FILE)
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !path
          .slice(folder.length)
          .split(sep)
          .some((part) => part.startsWith('.')),
    );
  if (paths.length === 0) throw new NoRulesError(folder);
  return await Promise.all(
    paths.map(async (path) => ({
      path: path.slice(join(folder, sep).length).split(sep).join('/'),
      text: await readFile(path, 'utf8'),
    })),
  );
}
