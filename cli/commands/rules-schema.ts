import { Command } from 'commander';
import { ruleSchemaText } from '../../shared/core/rules/rule-schema.ts';

export function schemaCommand(): Command {
  return new Command('schema')
    .summary('the JSON Schema of a rule')
    .description('Prints what editors complete and check rules by. It is in rules/rule.schema.json too.')
    .addHelpText('after', HELP)
    .action(() => {
      process.stdout.write(ruleSchemaText());
    });
}

const HELP = `
Example:
  trailseal rules schema > rules/rule.schema.json && npx prettier --write rules/rule.schema.json

A rule's first line names it: # yaml-language-server: $schema=./rule.schema.json`;
