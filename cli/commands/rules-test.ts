import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { eventsOfFile } from '../../shared/core/rules/events-of-file.ts';
import { RuleTrial } from '../../shared/core/rules/rule-trial.ts';
import { EXIT } from '../exit-codes.ts';
import { positiveInteger } from '../options.ts';
import { count, printable } from '../output/human.ts';
import { triedText } from '../output/rules-test.ts';
import { loadRules } from '../rule-files.ts';
import { ruleOption, rulesOption } from '../rule-options.ts';
import { UsageError } from '../usage-error.ts';

interface TestFlags {
  readonly rules: string;
  readonly rule: readonly string[];
  readonly nearMisses: number;
  readonly json?: true;
}

export function testCommand(): Command {
  return new Command('test')
    .summary('which rules match an event, and why others do not')
    .description(
      'Holds events against rules: which match, how they would alert, and which nearly match, with the conditions that keep them from it.',
    )
    .argument('<event>', 'a file with one or more events, - for standard input')
    .addOption(rulesOption())
    .addOption(ruleOption())
    .option('--near-misses <n>', 'rules to show that nearly match', positiveInteger, 5)
    .option('--json', 'print it as JSON, one line an event')
    .addHelpText('after', HELP)
    .action(async (place: string, { rules: folder, rule: ids, nearMisses, json }: TestFlags) => {
      const rules = (await loadRules(folder, ids)).map(({ rule }) => rule);
      const { records, unreadable } = eventsOfFile(await read(place), DEFAULT_LIMITS);
      if (records.length === 0) throw noRecords(place);
      const trial = new RuleTrial(rules, { now: Date.now(), nearMisses });
      let matched = 0;
      for (const record of records) {
        const tried = trial.of(record);
        matched += Number(tried.matches.length > 0);
        console.log(json === true ? printable(JSON.stringify(tried)) : triedText(tried));
      }
      if (unreadable > 0)
        console.error(`${count(unreadable, 'piece')} of ${place} could not be read as records`);
      if (matched === 0) process.exitCode = EXIT.noMatch;
    });
}

const HELP = `
An event is a CloudTrail record (or the part of it that matters), a log file with {"Records": […]}, gzipped or not, one record a line, what
EventBridge delivers, or what trailseal lookup --json prints.

Examples:
  trailseal rules test event.json
  trailseal lookup --event-id 9ad6d79b-7fe6-4af7-b1f2-8c2c5dbe56e0 --json | trailseal rules test -
  echo '{"eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com"}' | trailseal rules test - --rule trail-stopped

Exit codes: 0 a rule matched, 5 none did, 1 there is no event in the file.`;

async function read(place: string): Promise<Uint8Array> {
  if (place === '-') return await buffer(process.stdin);
  return await readFile(place).catch((cause: unknown) => {
    throw new UsageError(
      `${place} cannot be read; name one file with events (for folders of log files: trailseal forward)`,
      { cause },
    );
  });
}

function noRecords(place: string): Error {
  const where = place === '-' ? 'standard input' : place;
  return new Error(
    `${where} holds no CloudTrail record: a record as JSON, {"Records": […]}, one record a line, or an EventBridge event with "detail" is expected`,
  );
}
