import { Command, InvalidArgumentError } from 'commander';
import { publicKeysOf } from '../../shared/core/digest-checks.ts';
import { parseEventTime } from '../../shared/core/event-time.ts';
import { openEvidence } from '../open-evidence.ts';
import { readPublicKeys } from '../read-public-keys.ts';
import { EXIT } from '../exit-codes.ts';
import { verifyReport } from '../output/verify-report.ts';
import { runVerify } from '../run-verify.ts';
import { UsageError } from '../usage-error.ts';

interface VerifyFlags {
  readonly lake?: string;
  readonly publicKeys: readonly string[];
  readonly until?: number;
  readonly resume?: string;
  readonly json?: true;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .summary('prove that nothing was changed, lost or added')
    .description(
      "Verifies CloudTrail's digests and the log files they name, in a bucket or a downloaded copy of one, strictly and offline: every account, region " +
        'and trail found, every signature, link and hour, every hash, and log files that no digest names. With --lake, also the lake: our own digests, ' +
        'receipts and every object; and with both, that the lake holds just what CloudTrail delivered, row by row. Saved query results of CloudTrail ' +
        'Lake are held to their sign files.',
    )
    .argument('[place]', 's3://bucket[/prefix], or a folder that has AWSLogs in it')
    .option('-l, --lake <place>', 'the lake made from it: a folder, or s3://bucket')
    .requiredOption(
      '--public-keys <file>',
      'answer of aws cloudtrail list-public-keys, as JSON, or of trailseal serve-keys --print; may be given again',
      (file: string, files: readonly string[] | undefined) => [...(files ?? []), file],
    )
    .option(
      '--until <time>',
      'up to when digests are due: now, in a bucket; not looked at, in a folder',
      time,
    )
    .option('--resume <file>', 'keep progress in this file; the same command goes on where it was cut off')
    .option('--json', 'print counts and findings as JSON')
    .addHelpText('after', HELP)
    .action(verify);
}

const HELP = `
Examples:
  aws cloudtrail list-public-keys --start-time 2026-11-01 --region us-east-1 > keys.json
  trailseal verify s3://my-trail-bucket --public-keys keys.json
  trailseal verify ./downloaded --public-keys keys.json --json
  trailseal serve-keys --print > our-keys.json
  trailseal verify ./downloaded --lake ./lake --public-keys keys.json --public-keys our-keys.json
  trailseal verify --lake s3://my-lake --public-keys our-keys.json --resume verify.progress

In a folder, a digest's signature is checked by the copy that the next digest keeps; that of the newest stayed in the bucket, which is a notice.

Exit codes: 0 nothing found but notices; 1 it could not be verified; 4 evidence was changed, removed or forged, or it can't be ruled out.`;

async function verify(place: string | undefined, flags: VerifyFlags): Promise<void> {
  if (place === undefined && flags.lake === undefined)
    throw new UsageError('name a bucket or folder with log files to verify, or a lake with --lake, or both');
  const keys = publicKeysOf((await Promise.all(flags.publicKeys.map(readPublicKeys))).flat());
  const logs = place === undefined ? undefined : await openEvidence(place);
  const lake = flags.lake === undefined ? undefined : await openEvidence(flags.lake);
  const [until, sealedUntil] = [logs, lake].map((store) =>
    store?.bucket === undefined ? flags.until : (flags.until ?? Date.now()),
  );
  const options = { keys, until, sealedUntil, resume: flags.resume };
  const { counts, findings, error } = await runVerify({ logs, lake }, options);
  const isNothing = counts.digests + counts.batches + counts.signFiles + findings.length === 0;
  if (isNothing && error === undefined)
    throw new UsageError(
      `${place ?? flags.lake} has no digests and no log files: name what lies above AWSLogs/`,
    );
  // What was found before the place could no longer be read is found all the same.
  if (!isNothing)
    console.log(
      flags.json === true ? JSON.stringify({ ...counts, findings }) : verifyReport(counts, findings),
    );
  if (error !== undefined) throw error;
  if (findings.some(({ severity }) => severity === 'alarm')) process.exitCode = EXIT.findings;
}

function time(text: string): number {
  const parsed = parseEventTime(text);
  if (parsed === undefined) throw new InvalidArgumentError('Give a time such as 2026-11-21T10:00:00Z.');
  return parsed;
}
