import type { Command } from 'commander';
import type { AthenaPlace } from '../shared/adapters/athena-error.ts';
import type { AthenaLake } from '../shared/adapters/athena-lake.ts';
import type { Scan } from '../shared/core/athena-price.ts';
import { EXIT } from './exit-codes.ts';
import { errorMessage } from './output/error-message.ts';
import { scanLine } from './output/scan-line.ts';
import { isS3Url } from './s3-place.ts';
import { UsageError } from './usage-error.ts';

export interface PlaceFlags {
  readonly lake: string;
  readonly workgroup?: string;
  readonly database?: string;
}

/** What every command with `--workgroup` says about it. */
export const WORKGROUP_HELP = `
With --workgroup, Athena is asked, with the region and the credentials the AWS SDK finds (AWS_REGION, AWS_PROFILE, …); what it read and
about what that costs goes to stderr, also beside --json. Ctrl-C cancels the query in Athena too.`;

/** The deployed lake that the flags name; undefined for a lake on this machine. Throws `UsageError` where they name both. */
export function deployedPlace(
  { lake, workgroup, database }: PlaceFlags,
  command: Command,
): AthenaPlace | undefined {
  if (workgroup === undefined) {
    if (database !== undefined)
      throw new UsageError('--database names a deployed lake: give its --workgroup too');
    if (isS3Url(lake))
      throw new UsageError(
        `${lake} is a bucket, which Athena is asked about: give the --workgroup of the lake`,
      );
    return undefined;
  }
  if (command.getOptionValueSource('lake') === 'cli') {
    throw new UsageError(
      'give --lake for a lake on this machine or --workgroup for the deployed one, not both',
    );
  }
  return { workgroup, database: database ?? workgroup.replaceAll('-', '_') };
}

/** Queries a deployed lake; tells what was read, also where a query broke off, and cancels the query on Ctrl-C. */
export async function withAthena(
  place: AthenaPlace,
  use: (athena: AthenaLake) => Promise<void>,
): Promise<void> {
  // The AWS SDK takes a tenth of a second to load; a lake on this machine doesn't need it.
  const { AthenaLake } = await import('../shared/adapters/athena-lake.ts');
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  process.once('SIGINT', interrupt);
  const athena = new AthenaLake(place, interruption.signal);
  try {
    await use(athena);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    console.error(`trailseal: ${errorMessage(error)}`);
    process.exitCode = EXIT.interrupted;
  } finally {
    process.off('SIGINT', interrupt);
    tell(athena.scan);
  }
}

function tell(scan: Scan): void {
  if (scan.queries > 0) console.error(scanLine(scan));
}
