import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { backfillCommand } from './commands/backfill.ts';
import { demoCommand } from './commands/demo.ts';
import { ingestCommand } from './commands/ingest.ts';
import { lookupCommand } from './commands/lookup.ts';
import { queryCommand } from './commands/query.ts';
import { sampleCommand } from './commands/sample.ts';
import { sealCommand } from './commands/seal.ts';
import { serveKeysCommand } from './commands/serve-keys.ts';
import { statusCommand } from './commands/status.ts';
import { verifyCommand } from './commands/verify.ts';
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
Exit codes: 0 done; 1 it could not be done; 2 the command line is not understood; 3 done, but some log files could not be had; 4 verification found something.
Start with: trailseal demo`,
  );

for (const command of [
  ingestCommand(),
  backfillCommand(),
  queryCommand(),
  lookupCommand(),
  statusCommand(),
  sealCommand(),
  verifyCommand(),
  serveKeysCommand(),
  sampleCommand(),
  demoCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}
for (const command of [program, ...program.commands]) command.exitOverride();

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
