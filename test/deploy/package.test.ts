import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { capitalised } from '../../deploy/template.ts';
import { pythonEnvironment } from '../setup/python.ts';
import {
  copyOfService,
  FUNCTIONS,
  packagedService,
  packageOf,
  serverless,
  type Template,
} from '../support/packaged.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const run = promisify(execFile);
const LINT = fileURLToPath(new URL('../python/lint_template.py', import.meta.url));

/** Where not any text will do. */
const STANDS_FOR = {
  ACCOUNT_ID: '111122223333',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  SEAL_KEY: 'arn:aws:kms:us-east-1:111122223333:key/1',
  SEAL_KEYS: 'arn:aws:kms:us-east-1:111122223333:key/1',
  FINDINGS_TOPIC: 'arn:aws:sns:us-east-1:111122223333:findings',
  ALERTS_TOPIC: 'arn:aws:sns:us-east-1:111122223333:alerts',
  MAX_AGE_HOURS: '72',
  TRAIL_NAME: 'trailseal-test',
};

interface FunctionProperties {
  readonly Handler: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

function functionOf({ Resources }: Template, name: string): FunctionProperties {
  return Resources[`${capitalised(name)}LambdaFunction`]?.Properties as unknown as FunctionProperties;
}

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

describe('a packaged function', () => {
  it('is the same bytes when it is built again in another folder', async () => {
    const { zips } = await packagedService();
    const copy = await copyOfService();
    const again = await packageOf(copy);
    onTestFinished(async () => {
      await Promise.all([copy, again].map((folder) => rm(folder, { recursive: true })));
    });
    for (const name of FUNCTIONS) {
      expect(await sha256(join(again, `${name}.zip`)), name).toBe(await sha256(zips[name]));
    }
  });

  it.each(FUNCTIONS)('%s is well under a megabyte', async (name) => {
    const { zips } = await packagedService();
    const { size } = await stat(zips[name]);
    console.info(`${name}.zip: ${Math.ceil(size / 1000)} kB`);
    expect(size).toBeLessThan(600_000);
  });

  it('is one module that Node loads, with its handler', async () => {
    const { zips, template } = await packagedService();
    const folder = await scratchFolder();
    const loads = FUNCTIONS.map((name) => {
      const { Handler: handler, Environment: environment } = functionOf(template, name);
      expect(handler).toBe(`functions/${name}.handler`);
      // As in the template: a variable that the function needs and the template lacks would show here.
      const variables = Object.keys(environment.Variables).map((variable) => [variable, `${variable}-1`]);
      const env = { ...Object.fromEntries(variables), ...STANDS_FOR, AWS_REGION: 'us-east-1' };
      const module = pathToFileURL(join(folder, name, 'functions', `${name}.mjs`)).href;
      return `process.env = ${JSON.stringify(env)};
console.log('${name}', typeof (await import('${module}')).handler);`;
    });
    // Python's own zip module: another reader than the writer's author.
    const unzip =
      'import sys, zipfile; [zipfile.ZipFile(z).extractall(f) for z, f in zip(sys.argv[1::2], sys.argv[2::2])]';
    const places = FUNCTIONS.flatMap((name) => [zips[name], join(folder, name)]);
    await run(await pythonEnvironment(), ['-c', unzip, ...places]);
    await writeFile(join(folder, 'load.mjs'), loads.join('\n'));
    const { stdout } = await run(process.execPath, [join(folder, 'load.mjs')], { env: {} });
    expect(stdout.trim().split('\n')).toEqual(FUNCTIONS.map((name) => `${name} function`));
  });
});

describe('the parameters', () => {
  it('have the same defaults in the template as in serverless.yml', async () => {
    const { template, templateFile } = await packagedService();
    const state = await readFile(join(dirname(templateFile), 'serverless-state.json'), 'utf8');
    const { service } = JSON.parse(state) as {
      service: { provider: { stackParameters: { ParameterKey: string; ParameterValue: unknown }[] } };
    };
    const given = service.provider.stackParameters.map(({ ParameterKey, ParameterValue }) => [
      ParameterKey,
      String(ParameterValue),
    ]);
    const declared = Object.entries(template.Parameters).map(([name, { Default }]) => [
      name,
      String(Default),
    ]);
    expect(Object.fromEntries(given)).toEqual(Object.fromEntries(declared));
  });

  it('that do not exist are refused, with the nearest that does', async () => {
    const copy = await copyOfService();
    onTestFinished(() => rm(copy, { recursive: true }));
    const refused = serverless(copy, ['package', '--param', 'alarmMail=a@example.com']).catch(
      (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
    );
    expect(await refused).toContain('There is no parameter "alarmMail". Did you mean "alarmEmail"?');
  });

  it('a stage that is no part of a bucket name is refused', async () => {
    const copy = await copyOfService();
    onTestFinished(() => rm(copy, { recursive: true }));
    const refused = serverless(copy, ['package', '--stage', 'Prod']).catch(
      (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
    );
    expect(await refused).toContain('The stage "Prod" must be lower-case letters, digits and hyphens');
  });
});

/** Each set of parameters that makes the template another one. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  'a trail of its own': [],
  'an organisation trail with everything that may be asked for': [
    'OrganizationId=o-abcdefghij',
    'LogPrefix=audit',
    'LogRetentionDays=400',
    'LakeRetentionDays=365',
    'ObjectLockMode=GOVERNANCE',
    'ObjectLockDays=30',
    'AlarmEmail=pager@example.com',
    'AlertEmail=soc@example.com',
    'AlertEventBusArn=arn:aws:events:us-east-1:111122223333:event-bus/remedies',
    'SecurityHub=yes',
  ],
  'an existing log bucket with a key and a prefix': [
    'ExistingLogBucket=logs-of-mine',
    'ExistingLogKeyArn=arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555',
    'LogPrefix=audit/trail',
  ],
};

/**
 * What cfn-lint says of the template with each of these sets of parameters, and of its key alone with a parameter that is wrong. No parameter
 * makes another saved query or alarm of a rule: all are in the first set's template, one in the others'.
 */
async function lint(ways: readonly (readonly string[])[], wrong: readonly string[]): Promise<string[][]> {
  const { template } = await packagedService();
  const folder = await scratchFolder();
  const part = async (file: string, has: (name: string) => boolean, of: object = {}): Promise<string> => {
    const Resources = Object.fromEntries(Object.entries(template.Resources).filter(([name]) => has(name)));
    await writeFile(join(folder, file), JSON.stringify({ ...template, Resources, ...of }));
    return join(folder, file);
  };
  // Of alarms of one shape, the first.
  const whole = await part('whole.json', (name) => !/^RuleCis(?!401).*Alarm$/.test(name));
  const some = await part(
    'some.json',
    (name) => !/^RuleCis(?!401).*Alarm$|(?<!KeyActivity)Query$/.test(name),
  );
  const key = await part('key.json', (name) => name === 'AuditKey', { Outputs: {} });
  const all = [[key, wrong], ...ways.map((parameters, i) => [i === 0 ? whole : some, parameters])];
  const { stdout } = await run(await pythonEnvironment(), [LINT, JSON.stringify(all)]);
  return JSON.parse(stdout) as string[][];
}

describe('cfn-lint', () => {
  it('has nothing to say, whatever is asked for, unless a parameter is wrong', async () => {
    const [wrong, ...said] = await lint(Object.values(WAYS), ['ObjectLockMode=never']);
    expect(wrong).toContainEqual(expect.stringContaining("'never' is not one of"));
    expect(Object.keys(WAYS).map((way, i) => [way, said[i]])).toEqual(
      Object.keys(WAYS).map((way) => [way, []]),
    );
    // Twelve seconds of a processor's time, of which a busy machine gives little.
  }, 180_000);
});
