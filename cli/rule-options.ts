import { Option } from 'commander';

/** `--rules`, the same everywhere. */
export function rulesOption(): Option {
  return new Option('-r, --rules <folder>', 'the rules').default('rules').env('TRAILSEAL_RULES');
}

/** `--rule`: some of them. */
export function ruleOption(): Option {
  return new Option('--rule <id>', 'this rule alone; repeatable')
    .argParser((id: string, ids: readonly string[]) => [...ids, id])
    .default([], 'all of them');
}
