import { Command, InvalidArgumentError } from 'commander';
import { RECEIPTS } from '../../shared/core/lake-keys.ts';
import { CHAIN } from '../../shared/core/seal-format.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { KeyFileSigner } from '../../shared/adapters/key-file-signer.ts';
import { announceMissed } from '../../shared/jobs/announce-missed.ts';
import { seal, type SealOptions } from '../../shared/jobs/seal.ts';
import { chainOf, LOCAL_CHAIN, LOCAL_LOG_BUCKET } from '../lake-chain.ts';
import { openLake } from '../open-lake.ts';
import { lakeOption } from '../options.ts';
import { count } from '../output/human.ts';
import { sealReport } from '../output/seal-report.ts';
import { isS3Url, parseS3Url } from '../s3-place.ts';
import { keyFileOf, keyFileOption, kmsSigner } from '../sealing-key.ts';
import { UsageError } from '../usage-error.ts';

type Wanted = SealOptions['chain'];

interface SealFlags extends Partial<Wanted> {
  readonly lake: string;
  readonly keyFile?: string;
  readonly kmsKey?: string;
  readonly logBucket?: string;
  readonly announceMissed?: true;
  readonly json?: true;
}

export function sealCommand(): Command {
  return new Command('seal')
    .summary('seal the lake, hour by hour')
    .description(
      "Makes the digests that are due, one for each full hour since the last: signed, each linked to the one before it, in CloudTrail's own " +
        'format, over what was brought into the lake. The AWS CLI and trailseal verify them.',
    )
    .addOption(lakeOption('the lake: a folder, or s3://bucket'))
    .addOption(keyFileOption('private key to sign with, made if there is none'))
    .option('--kms-key <key>', 'sign with this key in AWS KMS instead: an id, ARN or alias/…')
    .option('--account <id>', 'account that the digests are of (default: 000000000000)', partOf('account'))
    .option('--region <name>', 'region that they are of (default: local; in S3 AWS_REGION)', partOf('region'))
    .option('--trail <name>', 'name of their chain, without _ (default: trailseal)', partOf('trail'))
    .option('--bucket <name>', "bucket they say they lie in (default: local-lake; in S3 the lake's)")
    .option('--log-bucket <name>', 'bucket the log files lie in (default: local-logs; in S3 needed)')
    .option(
      '--announce-missed',
      'seal nothing, but have the next digest take receipts that none has (verify: receipts-not-sealed); reads the whole chain',
    )
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(async (flags: SealFlags, command: Command) => {
      if (flags.kmsKey !== undefined && command.getOptionValueSource('keyFile') === 'cli')
        throw new UsageError('give --key-file or --kms-key, not both');
      const lake = await openLake(flags.lake);
      if (flags.announceMissed === true) {
        await announce(lake, flags);
        return;
      }
      const chain = (await chainBefore(lake, flags)) ?? (await newChain(lake, flags));
      const options = { chain, logBucket: logBucketOf(flags) };
      const signer =
        flags.kmsKey === undefined ? keyFileOf(flags.lake, flags.keyFile) : await kmsSigner(flags.kmsKey);
      const summary = await seal({ lake, signer, now: Date.now() }, options);
      console.log(flags.json === true ? JSON.stringify(summary) : sealReport(summary));
      if (signer instanceof KeyFileSigner && signer.made) tellOfKey(signer.path);
    });
}

const HELP = `
The first run starts the chain, with all that the lake holds; what --account, --region, --trail and --bucket say then stays. Run it every hour
(cron), as often as you like, twice at a time: an hour is sealed once. Keep a copy of the key file: with another key the chain goes on, and
whoever verifies it needs the public keys of both.

Examples:
  trailseal seal --lake ./lake
  trailseal seal --lake s3://my-lake-bucket --log-bucket my-trail-bucket --account 111122223333 --kms-key alias/trailseal-seal
  trailseal serve-keys                    the public key, for whoever verifies

Exit codes: 0 all that is due is sealed; 1 it could not be done, and the next run goes on; 2 the command line is not understood.`;

async function announce(lake: ObjectStore, { lake: place, json }: SealFlags): Promise<void> {
  const chain = await chainOf(lake);
  if (chain === undefined)
    throw new UsageError(`${place} has never been sealed: trailseal seal begins with all that is there`);
  const announced = await announceMissed(lake, chain, Date.now());
  const told = `${count(announced.length, 'batch', 'batches')} announced for the next digest`;
  console.log(json === true ? JSON.stringify({ announced }) : [...announced, told].join('\n'));
}

/** Of the chain that there is already; undefined if there is none. Throws `UsageError` for flags that contradict it. */
async function chainBefore(lake: ObjectStore, flags: SealFlags): Promise<Wanted | undefined> {
  const chain = await chainOf(lake);
  if (chain === undefined) return undefined;
  for (const name of ['account', 'region', 'trail', 'bucket'] as const) {
    if (flags[name] !== undefined && flags[name] !== chain[name]) {
      throw new UsageError(
        `the lake's chain has had the ${name} ${chain[name]} since ${chain.start}, and keeps it: leave --${name} ${flags[name]} out`,
      );
    }
  }
  const { account, region, trail, bucket } = chain;
  return { account, region, trail, bucket };
}

/** Throws `UsageError` where there is no lake, or not enough is known. */
async function newChain(lake: ObjectStore, flags: SealFlags): Promise<Wanted> {
  const { lake: place, account = LOCAL_CHAIN.account, trail = LOCAL_CHAIN.trail } = flags;
  const receipts = await Array.fromAsync(firstOf(lake.list(RECEIPTS)));
  if (receipts.length === 0) {
    const advice = `Bring log files in first: trailseal ingest <log files> --lake ${place}`;
    throw new UsageError(
      `there is nothing to seal in ${place}: it holds no receipts of log files. ${advice}`,
    );
  }
  const [bucket, region] = isS3Url(place)
    ? [parseS3Url(place).bucket, process.env['AWS_REGION']]
    : [LOCAL_CHAIN.bucket, LOCAL_CHAIN.region];
  const of = { account, trail, bucket: flags.bucket ?? bucket, region: flags.region ?? region };
  if (of.region === undefined)
    throw new UsageError('say which region the digests are of: --region, or AWS_REGION');
  return { ...of, region: of.region };
}

/** Throws `UsageError`. */
function logBucketOf({ lake, logBucket }: SealFlags): string {
  if (logBucket !== undefined) return logBucket;
  if (!isS3Url(lake)) return LOCAL_LOG_BUCKET;
  throw new UsageError('say which bucket the log files lie in: --log-bucket; the digests name it with each');
}

async function* firstOf(keys: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const key of keys) {
    yield key;
    return;
  }
}

/** What a chain can have there. */
function partOf(name: 'account' | 'region' | 'trail'): (text: string) => string {
  return (text) => {
    if (CHAIN.shape[name].safeParse(text).success) return text;
    throw new InvalidArgumentError(ADVICE[name]);
  };
}

const ADVICE = {
  account: 'An account id has 12 digits.',
  region: 'Give a region as us-east-1.',
  trail: 'Give 3 to 128 letters, digits, dots and hyphens; the AWS CLI mistakes names with _ for each other.',
} as const;

function tellOfKey(path: string): void {
  console.error(`A new key was made in ${path}. Keep a copy of it elsewhere, and let nobody have it.`);
}
