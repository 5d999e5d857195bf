import { Command } from 'commander';
import { readRuleFolder } from '../../shared/adapters/rule-folder.ts';
import { checkRules } from '../../shared/core/rules/rule-check.ts';
import { EXIT } from '../exit-codes.ts';
import { checkText } from '../output/rules-check.ts';
import { printable } from '../output/human.ts';
import { rulesOption } from '../rule-options.ts';

interface CheckFlags {
  readonly rules: string;
  readonly strict?: true;
  readonly cost: boolean;
  readonly json?: true;
}

export function checkCommand(): Command {
  return new Command('check')
    .summary('find what is wrong with rules')
    .description(
      'Checks every file of a folder of rules: schema and pattern, its cases, its name, suppressions that are over, conditions that no event can ' +
        'fulfil, rules that select the same events; and measures what the rules cost.',
    )
    .addOption(rulesOption())
    .option('--strict', 'warnings fail too')
    .option('--no-cost', 'leave out the measurement, which takes about a second')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async ({ rules: folder, strict, cost, json }: CheckFlags) => {
      const checked = checkRules(await readRuleFolder(folder), Date.now());
      const { rules, complaints } = checked;
      const isSet = !complaints.some(({ code }) => code === 'duplicate-id');
      const measured =
        cost && isSet && rules.length > 0
          ? (await import('../measure-rules.ts')).measureRules(rules.map(({ rule }) => rule))
          : undefined;
      console.log(
        json === true
          ? printable(JSON.stringify({ rules: rules.length, complaints, cost: measured ?? null }))
          : checkText(checked, folder, measured),
      );
      const fails = strict === true ? ['error', 'warning'] : ['error'];
      if (complaints.some(({ level }) => fails.includes(level))) process.exitCode = EXIT.findings;
    });
}

const HELP = `
Examples:
  trailseal rules check
  trailseal rules check --rules ./my-rules --strict --json

Exit codes: 0 nothing is wrong (warnings and notes aside), 1 there is no such folder, 4 something is.`;
