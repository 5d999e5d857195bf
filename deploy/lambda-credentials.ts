import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands for `@aws-sdk/credential-provider-node` in the functions' bundles. Lambda puts a role's credentials into the environment; what
 * else the SDK would look for them in (files, the metadata of an instance, single sign-on) is a quarter of a function's code, and nothing that a
 * function has any business with.
 */
export function defaultProvider(): ReturnType<typeof fromEnv> {
  return fromEnv();
}
