import { Command } from 'commander';
import { backtestCommand } from './rules-backtest.ts';
import { checkCommand } from './rules-check.ts';
import { explainCommand } from './rules-explain.ts';
import { schemaCommand } from './rules-schema.ts';
import { testCommand } from './rules-test.ts';

export function rulesCommand(): Command {
  return new Command('rules')
    .summary('check, try and explain the rules that alert')
    .description(
      'What the rules that select CloudTrail events (a folder of files) do, before they are deployed.',
    )
    .addCommand(checkCommand())
    .addCommand(testCommand())
    .addCommand(backtestCommand())
    .addCommand(explainCommand())
    .addCommand(schemaCommand());
}
