import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Command } from 'commander';
import { ruleSql } from '../../shared/core/rules/predicate-sql.ts';
import { NoSqlError } from '../../shared/core/rules/predicate-sql-test.ts';
import { explainText, explanationOf } from '../output/rules-explain.ts';
import { printable } from '../output/human.ts';
import { loadRules, unknownRule, type LoadedRule } from '../rule-files.ts';
import { rulesOption } from '../rule-options.ts';

interface ExplainFlags {
  readonly rules: string;
  readonly sql?: true;
  readonly json?: true;
}

export function explainCommand(): Command {
  return new Command('explain')
    .summary('a rule in words, and as SQL')
    .description(
      'Says what a rule selects, how its events become alerts, what may set it off that is no incident, and which SQL finds the same events.',
    )
    .argument('<rule>', "a rule's id, or its file")
    .addOption(rulesOption())
    .option('--sql', 'print the SQL alone, for Athena or trailseal query')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: ExplainFlags) => {
      const { path, rule } = await find(name, flags.rules);
      if (flags.sql === true) {
        console.log(printLines(ruleSql(rule.predicate, rule.definition.title)));
        return;
      }
      const explanation = explanationOf(rule, path, sqlOf(rule), Date.now());
      console.log(
        flags.json === true ? printable(JSON.stringify(explanation)) : printLines(explainText(explanation)),
      );
    });
}

const HELP = `
Examples:
  trailseal rules explain root-console-login
  trailseal rules explain rules/denied-calls-burst.yml
  trailseal rules explain root-console-login --sql | trailseal query --lake ./lake -
  trailseal rules explain root-console-login --sql > root.sql && trailseal query -w trailseal-prod -f root.sql`;

/** By its id in the folder of rules, or the file itself, with what it names. */
async function find(name: string, folder: string): Promise<LoadedRule> {
  if (/\.(?:ya?ml|json)$/.test(name) && (await stat(name)).isFile()) {
    const found = (await loadRules(dirname(name))).find(({ path }) => path === basename(name));
    if (found !== undefined) return found;
  }
  const all = await loadRules(folder);
  const ids = all.map(({ rule }) => rule.definition.id);
  const found = all.find(({ rule }) => rule.definition.id === name);
  if (found === undefined) throw unknownRule(name, ids, folder);
  return found;
}

function sqlOf({ predicate, definition }: LoadedRule['rule']): { sql: string } | { noSql: string } {
  try {
    return { sql: ruleSql(predicate, definition.title) };
  } catch (error) {
    if (!(error instanceof NoSqlError)) throw error;
    return { noSql: error.message };
  }
}

/** What somebody wrote into a rule must not steer the terminal. */
function printLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
