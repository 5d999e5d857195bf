import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { publicKeysOf, type PublicKey } from '../../shared/core/digest-checks.ts';
import { parseEventTime } from '../../shared/core/event-time.ts';
import type { Finding } from '../../shared/core/finding.ts';
import { parsePublicKeys, PublicKeysError } from '../../shared/core/public-keys.ts';
import { verifyTrail, type VerifyCounts } from '../../shared/jobs/verify-trail.ts';
import { openEvidence } from '../open-evidence.ts';
import { EXIT } from '../exit-codes.ts';
import { verifyReport } from '../output/verify-report.ts';
import { UsageError } from '../usage-error.ts';

interface VerifyFlags {
  readonly publicKeys: readonly string[];
  readonly until?: number;
  readonly json?: true;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .summary("verify CloudTrail's own digests")
    .description(
      "Verifies CloudTrail's digests and the log files they name, in a bucket or a downloaded copy of one, strictly and offline: every account, region " +
        'and trail found, every signature, link and hour, every hash, and log files that no digest names.',
    )
    .argument('<place>', 's3://bucket[/prefix], or a folder that has AWSLogs in it')
    .requiredOption(
      '--public-keys <file>',
      'answer of aws cloudtrail list-public-keys, as JSON; may be given again, for other regions and times',
      (file: string, files: readonly string[] | undefined) => [...(files ?? []), file],
    )
    .option(
      '--until <time>',
      'up to when digests are due: now, in a bucket; not looked at, in a folder',
      time,
    )
    .option('--json', 'print counts and findings as JSON')
    .addHelpText('after', HELP)
    .action(async (place: string, flags: VerifyFlags) => {
      const keys = publicKeysOf((await Promise.all(flags.publicKeys.map(readKeys))).flat());
      const store = await openEvidence(place);
      const until = flags.until ?? (store.bucket === undefined ? undefined : Date.now());
      const counts: VerifyCounts = { chains: 0, digests: 0, logFiles: 0, bytes: 0 };
      const findings: Finding[] = [];
      const report = (): string =>
        flags.json === true ? JSON.stringify({ ...counts, findings }) : verifyReport(counts, findings);
      try {
        for await (const one of verifyTrail(store, { keys, until }, counts)) findings.push(one);
      } catch (error) {
        // What was found before the place could no longer be read is found all the same.
        if (findings.length > 0) console.log(report());
        throw error;
      }
      if (counts.digests === 0 && findings.length === 0)
        throw new UsageError(`${place} has no digests and no log files: name what lies above AWSLogs/`);
      console.log(report());
      if (findings.some(({ severity }) => severity === 'alarm')) process.exitCode = EXIT.findings;
    });
}

const HELP = `
Examples:
  aws cloudtrail list-public-keys --start-time 2026-11-01 --region us-east-1 > keys.json
  trailseal verify s3://my-trail-bucket --public-keys keys.json
  trailseal verify ./downloaded --public-keys keys.json --json

In a folder, a digest's signature is checked by the copy that the next digest keeps; that of the newest stayed in the bucket, which is a notice.

Exit codes: 0 nothing found but notices; 1 it could not be verified; 4 evidence was changed, removed or forged, or it can't be ruled out.`;

async function readKeys(file: string): Promise<PublicKey[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`the public keys ${file} cannot be read`, { cause });
  });
  try {
    return parsePublicKeys(text);
  } catch (error) {
    if (error instanceof PublicKeysError)
      throw new UsageError(`${file} is ${error.message}`, { cause: error });
    throw error;
  }
}

function time(text: string): number {
  const parsed = parseEventTime(text);
  if (parsed === undefined) throw new InvalidArgumentError('Give a time such as 2026-11-21T10:00:00Z.');
  return parsed;
}
