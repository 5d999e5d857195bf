import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zippedFunctions } from './bundle.ts';
import { LogBucketSteps } from './log-bucket-steps.ts';
import type { Log, Serverless } from './osls.ts';
import { unknownParams } from './params.ts';
import { deployedRules, rulesModule } from './rules-module.ts';
import { SealKeySteps } from './seal-key-steps.ts';
import { readTypeScript } from './typescript-source.ts';

/** What osls (the `serverless` command) doesn't do itself: TypeScript in, bundles out, and the user's own log bucket. */
export default class TrailsealPlugin {
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>>;

  /** `${ts(path, param):name}`: what that function of a TypeScript module returns for the stage and the value of that parameter. */
  readonly configurationVariablesSources = {
    ts: { resolve: readTypeScript },
  };

  readonly #serverless: Serverless;

  constructor(serverless: Serverless, _options: unknown, { log }: { readonly log: Log }) {
    this.#serverless = serverless;
    const logBucket = new LogBucketSteps(serverless, log);
    const sealKeys = new SealKeySteps(serverless);
    this.hooks = {
      initialize: () => {
        this.#checkStage();
        this.#checkNames();
      },
      'before:package:createDeploymentArtifacts': () => this.#bundle(),
      'before:deploy:deploy': async () => {
        await logBucket.mustNotChange();
        await sealKeys.mustNotGoBack();
        await logBucket.mustBeReadable();
      },
      'after:deploy:deploy': () => logBucket.attach(),
      'before:remove:remove': () => logBucket.sayWhatRemains(),
    };
  }

  /** It stands in names: of buckets, which know no capitals and have 63 characters, and of the database. */
  #checkStage(): void {
    const stage = this.#serverless.getProvider('aws').getStage();
    if (/^[a-z][a-z0-9-]{0,18}[a-z0-9]$|^[a-z]$/.test(stage)) return;
    this.#fail(
      `The stage "${stage}" must be lower-case letters, digits and hyphens, 20 at most.`,
      'UNFIT_STAGE',
    );
  }

  #checkNames(): void {
    const { params = {} } = this.#serverless.configurationInput ?? {};
    const known = Object.keys(params['default'] ?? {});
    const fromCommandLine = (this.#serverless.processedInput.options.param ?? []).map(
      (text) => text.split('=', 1)[0] ?? text,
    );
    const given = [...fromCommandLine, ...Object.values(params).flatMap((ofStage) => Object.keys(ofStage))];
    const [unknown] = unknownParams(given, known);
    if (unknown === undefined) return;
    const hint =
      unknown.nearest === undefined ? `Known are: ${known.join(', ')}` : `Did you mean "${unknown.nearest}"?`;
    this.#fail(`There is no parameter "${unknown.name}". ${hint}`, 'UNKNOWN_PARAMETER');
  }

  async #bundle(): Promise<void> {
    const { serviceDir, service } = this.#serverless;
    const rules = rulesModule(await deployedRules(serviceDir, service.custom.rules));
    const folder = join(serviceDir, '.serverless');
    await mkdir(folder, { recursive: true });
    const functions = Object.entries(service.functions);
    const handlers = functions.map(([, { handler }]) => handler);
    const zips = await zippedFunctions(serviceDir, handlers, [rules]);
    for (const [i, [name, definition]] of functions.entries()) {
      const artifact = join(folder, `${name}.zip`);
      await writeFile(artifact, zips[i] ?? '');
      definition.package = { ...definition.package, artifact };
    }
  }

  #fail(message: string, code: string): never {
    throw new this.#serverless.classes.Error(message, code);
  }
}
