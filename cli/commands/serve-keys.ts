import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { KeyFileSigner } from '../../shared/adapters/key-file-signer.ts';
import { publicKeysOf, type PublicKey } from '../../shared/core/digest-checks.ts';
import { publicKeyList } from '../../shared/core/list-public-keys.ts';
import type { Signer } from '../../shared/jobs/seal.ts';
import { serveKeys } from '../key-server.ts';
import { readPublicKeys } from '../read-public-keys.ts';
import { defaultKeyFile, keyFileOption, kmsSigner } from '../sealing-key.ts';
import { UsageError } from '../usage-error.ts';

interface ServeKeysFlags {
  readonly keyFile?: readonly string[];
  readonly kmsKey?: readonly string[];
  readonly publicKeys?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly print?: true;
}

export function serveKeysCommand(): Command {
  return new Command('serve-keys')
    .summary('tell the AWS CLI the public keys that a lake was sealed with')
    .description(
      "Answers as CloudTrail's ListPublicKeys does, with the public keys of your own keys, so that aws cloudtrail validate-logs can verify the " +
        'digests of trailseal seal. It tells public keys alone, and signs nothing.',
    )
    .addOption(keyFileOption('private key that signed; may be given again').argParser(again))
    .option('--kms-key <key>', 'key in AWS KMS that signed, by id, ARN or alias/…; may be given again', again)
    .option(
      '--public-keys <file>',
      'what --print or aws cloudtrail list-public-keys printed; may be given again',
      again,
    )
    .option('--print', 'print the answer as JSON, for trailseal verify --public-keys, and serve nothing')
    .option('--port <n>', 'port to listen on; 0 takes a free one', port, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', HELP)
    .action(async (flags: ServeKeysFlags) => {
      const keys = [...publicKeysOf(await keysOf(flags)).values()];
      if (flags.print === true) {
        console.log(JSON.stringify(publicKeyList(keys, isoTime), undefined, 2));
        return;
      }
      const server = await serveKeys(keys, flags).catch((cause: unknown) => {
        const place = `${flags.host}, port ${flags.port}`;
        throw new UsageError(`cannot listen on ${place}: give another --host or --port`, { cause });
      });
      const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      console.log(server.url);
      if (process.stdout.isTTY) console.log(commandsFor(server.url));
      await stopped;
      await server.close();
    });
}

const HELP = `
After a change of keys give the old ones too. Take the keys from where you trust them: those that a lake keeps in seals/keys/ are for the record.

Examples:
  trailseal serve-keys --print > keys.json
  trailseal serve-keys --public-keys keys.json --kms-key alias/trailseal-seal --port 8099
  aws cloudtrail validate-logs --trail-arn arn:aws:cloudtrail:us-east-1:111122223333:trail/trailseal \\
    --s3-bucket my-lake-bucket --start-time 2026-11-01T00:00:00Z --region us-east-1 --endpoint-url http://127.0.0.1:8099

Exit codes: 0 printed, or stopped with Ctrl-C; 1 a key could not be had; 2 the command line is not understood.`;

function commandsFor(url: string): string {
  return `
Verify a sealed lake with, in another terminal (chain.json says account, region and trail):

  aws s3 cp s3://<lake bucket>/seals/chain.json -
  aws cloudtrail validate-logs --trail-arn arn:aws:cloudtrail:<region>:<account>:trail/<trail> --region <region> \\
    --s3-bucket <lake bucket> --start-time <its start> --verbose --endpoint-url ${url}

Ctrl-C ends this.`;
}

/** Whatever signed with a key of ours, whenever that was: nobody else says until when it is good. */
const [FROM, TO] = [Date.UTC(2000), Date.UTC(2200)];

async function keysOf({ keyFile, kmsKey = [], publicKeys = [] }: ServeKeysFlags): Promise<PublicKey[]> {
  const named = [keyFile, kmsKey, publicKeys].some((some) => (some ?? []).length > 0);
  const files = keyFile ?? (named ? [] : [defaultKeyFile()]);
  const signers: Signer[] = [
    ...files.map((file) => new KeyFileSigner(file)),
    ...(await Promise.all(kmsKey.map(kmsSigner))),
  ];
  const own = await Promise.all(signers.map((signer) => signer.publicKey()));
  return [
    ...(await Promise.all(publicKeys.map(readPublicKeys))).flat(),
    ...own.map(({ value }) => ({ value, validFrom: FROM, validTo: TO })),
  ];
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

function again(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) throw new InvalidArgumentError('A port is a number up to 65535.');
  return value;
}
