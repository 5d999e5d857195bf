import type { Account } from './organisation.ts';
import type { Random } from './random.ts';

/** The credentials that a sign-in or AssumeRole call of a session hands out, so that the calls after it carry them. */
export interface Issued {
  readonly accessKey: string;
  readonly role: string;
  readonly roleId: string;
  readonly sessionName: string;
}

/** What one record is drawn from. One name between angle brackets has one value within a record. */
export interface Draw {
  readonly random: Random;
  readonly account: Account;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly issued: Issued;
  /** Who is calling, and what, for error messages. */
  readonly arn: string;
  readonly action: string;
  readonly values: Map<string, string>;
}

export type Template = (draw: Draw) => string;
