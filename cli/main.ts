import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { EXIT } from './exit-codes.ts';
import { errorMessage } from './output/error-message.ts';
import { UsageError } from './usage-error.ts';

const program = new Command('trailseal')
  .description('CloudTrail log files in, an audit lake out: queryable, complete, provable.')
  .version(manifest.version)
  .showHelpAfterError('(--help tells more)')
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Exit codes: 0 done; 1 it could not be done; 2 the command line is not understood; 3 done, but some log files could not be had; 4 verification found something, or a check of rules; 5 no rule matched.
Start with: trailseal demo`,
  );

/** In the order of help. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['ingest', async () => (await import('./commands/ingest.ts')).ingestCommand()],
  ['backfill', async () => (await import('./commands/backfill.ts')).backfillCommand()],
  ['query', async () => (await import('./commands/query.ts')).queryCommand()],
  ['compact', async () => (await import('./commands/compact.ts')).compactCommand()],
  ['lookup', async () => (await import('./commands/lookup.ts')).lookupCommand()],
  ['status', async () => (await import('./commands/status.ts')).statusCommand()],
  ['report', async () => (await import('./commands/report.ts')).reportCommand()],
  ['seal', async () => (await import('./commands/seal.ts')).sealCommand()],
  ['verify', async () => (await import('./commands/verify.ts')).verifyCommand()],
  ['serve-keys', async () => (await import('./commands/serve-keys.ts')).serveKeysCommand()],
  ['rules', async () => (await import('./commands/rules.ts')).rulesCommand()],
  ['forward', async () => (await import('./commands/forward.ts')).forwardCommand()],
  ['sample', async () => (await import('./commands/sample.ts')).sampleCommand()],
  ['demo', async () => (await import('./commands/demo.ts')).demoCommand()],
]);

// A command that is named is loaded alone: DuckDB, say, takes longer to load than most others take to run.
const named = COMMANDS.get(process.argv[2] ?? '');
for (const load of named === undefined ? COMMANDS.values() : [named]) {
  const command = await load();
  program.addCommand(command.copyInheritedSettings(program));
  for (const under of command.commands) under.copyInheritedSettings(command);
}
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
  command.exitOverride();

// `trailseal … | head`: whoever closes the pipe has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  console.error(`trailseal: ${errorMessage(error)}`);
  process.exit(EXIT.failed);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version come this way too.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    console.error(`trailseal: ${errorMessage(error)}`);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}
