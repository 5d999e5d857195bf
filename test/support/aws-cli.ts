import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../setup/python.ts';
import type { CliResult } from './run-cli.ts';

export interface Validation {
  readonly trailArn: string;
  /** Where the digests lie. */
  readonly bucket: string;
  readonly startTime: string;
  readonly endTime?: string;
  /** What answers ListPublicKeys. */
  readonly keysUrl: string;
  /** What answers for S3. */
  readonly s3Endpoint: string;
}

/** Files by what `aws cloudtrail validate-logs` said of them in the end: `valid/total`, or undefined if it named none. */
export interface Validated extends CliResult {
  readonly digests: string | undefined;
  readonly logFiles: string | undefined;
}

/** Runs AWS's own `aws cloudtrail validate-logs`, as a user would on digests in a bucket that no trail in CloudTrail writes to. */
export async function validateLogs(validation: Validation, run: RunAws = aws): Promise<Validated> {
  const { trailArn, bucket, startTime, endTime, keysUrl, s3Endpoint } = validation;
  const args = ['--verbose', '--trail-arn', trailArn, '--s3-bucket', bucket, '--start-time', startTime];
  if (endTime !== undefined) args.push('--end-time', endTime);
  args.push('--region', trailArn.split(':')[3] ?? '', '--endpoint-url', keysUrl);
  const env = { AWS_ENDPOINT_URL_S3: s3Endpoint, AWS_ENDPOINT_URL: '' };
  const result = await run(['cloudtrail', 'validate-logs', ...args], env);
  const counted = (what: string): string | undefined =>
    new RegExp(String.raw`^(\d+/\d+) ${what} files valid`, 'm').exec(result.stdout)?.[1];
  return { ...result, digests: counted('digest'), logFiles: counted('log') };
}

type RunAws = typeof aws;

/** The credentials of an emulator, and nothing of the user's own configuration. */
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_PAGER: '',
};

const DRIVER = fileURLToPath(new URL('../python/aws_cli.py', import.meta.url));

/** The same AWS CLI, loaded once for many runs, one after the other. */
export class LoadedAws implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: ChildProcess, answers: AsyncIterator<string>) {
    this.#child = child;
    this.#answers = answers;
  }

  static async start(): Promise<LoadedAws> {
    const child = spawn(await pythonEnvironment(), [DRIVER], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new LoadedAws(child, createInterface(child.stdout)[Symbol.asyncIterator]());
  }

  readonly run: RunAws = async (args, env) => {
    this.#child.stdin?.write(`${JSON.stringify({ args, env })}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('the AWS CLI ended');
    return JSON.parse(answer.value) as CliResult;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exited;
  }
}

/** Runs the AWS CLI of the tests' Python with the credentials of an emulator, and nothing of the user's own configuration. */
export async function aws(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CliResult> {
  const bin = dirname(await pythonEnvironment());
  const child = spawn(join(bin, 'python'), [join(bin, 'aws'), ...args], {
    env: { ...process.env, ...ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}
