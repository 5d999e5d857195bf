import { deployedStack, earlierSealKey } from './deployed-stack.ts';
import type { Serverless } from './osls.ts';

/** What a deployment does about the signing keys that CloudFormation can't: see that they don't become fewer. */
export class SealKeySteps {
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  /** A forgotten parameter must not have digests signed with an earlier key, nor the newest forgotten, which verify then wouldn't know. */
  async mustNotGoBack(): Promise<void> {
    const provider = this.#serverless.getProvider('aws');
    const stack = await deployedStack(await provider.getAwsSdkV3Config(), provider.naming.getStackName());
    const keys = stack?.outputs.get('SealKeyArns')?.split(',').length ?? 0;
    const refusal = earlierSealKey(keys, Number(this.#serverless.service.custom.sealKeyGeneration));
    if (refusal !== undefined) throw new this.#serverless.classes.Error(refusal, 'SEAL_KEY_WOULD_GO_BACK');
  }
}
