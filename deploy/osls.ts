import type { CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import type { S3ClientConfig } from '@aws-sdk/client-s3';

/** The parts of osls 4 that the plugin touches; osls ships no types for plugins. */
export interface Serverless {
  readonly serviceDir: string;
  /** `serverless.yml` as written. */
  readonly configurationInput?: {
    readonly params?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  readonly processedInput: { readonly options: { readonly param?: readonly string[] } };
  /** `serverless.yml` with its variables resolved. */
  readonly service: {
    readonly functions: Record<string, FunctionDefinition>;
    readonly custom: {
      readonly logBucketMayChange: string;
      readonly sealKeyGeneration: number | string;
      readonly rules: string;
    };
    readonly provider: { readonly stackParameters?: readonly StackParameter[] };
  };
  /** An error of this class is the user's to mend: osls prints its message alone. */
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  getProvider(name: 'aws'): {
    getStage(): string;
    getAccountId(): Promise<string>;
    readonly naming: { getStackName(): string };
    /** Region and credentials as osls resolved them, profiles included. */
    getAwsSdkV3Config(): Promise<Pick<S3ClientConfig & CloudFormationClientConfig, 'region' | 'credentials'>>;
  };
}

export interface FunctionDefinition {
  readonly handler: string;
  package?: { readonly artifact?: string };
}

export interface StackParameter {
  readonly ParameterKey: string;
  readonly ParameterValue: string;
}

export interface Log {
  notice(text: string): void;
  warning(text: string): void;
}
