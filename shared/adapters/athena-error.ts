import type { QueryExecution } from '@aws-sdk/client-athena';

export type AthenaErrorCode =
  | 'failed'
  | 'cancelled'
  | 'scan-limit'
  | 'no-workgroup'
  | 'no-database'
  | 'no-credentials'
  | 'denied'
  | 'throttled'
  | 'unavailable';

/** Athena could not answer; the message says why, in Athena's words where it has any, and what to do next. */
export class AthenaError extends Error {
  readonly code: AthenaErrorCode;

  constructor(code: AthenaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AthenaError';
    this.code = code;
  }
}

/** Where a query was to run. */
export interface AthenaPlace {
  readonly workgroup: string;
  readonly database: string;
}

/** Why a call of Athena (or, for its catalogue, of Glue) came to nothing. */
export function callError(error: unknown, place: AthenaPlace): AthenaError {
  if (error instanceof AthenaError) return error;
  const [name, text] = error instanceof Error ? [error.name, error.message] : ['', String(error)];
  const code = codeOfCall(name, text);
  return new AthenaError(code, `${callMessage(code, text, place)}${advice(code, place)}`, { cause: error });
}

function codeOfCall(name: string, text: string): AthenaErrorCode {
  if (name === 'AbortError') return 'cancelled';
  if (/AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken|InvalidSignature/.test(name))
    return 'denied';
  if (/^(?:Credentials|Token)ProviderError$/.test(name)) return 'no-credentials';
  if (/TooManyRequests|Throttling/.test(name)) return 'throttled';
  if (/work\s?group .*(?:not found|does not exist|disabled)/i.test(text)) return 'no-workgroup';
  if (name === 'EntityNotFoundException') return 'no-database';
  return name === 'InvalidRequestException' ? 'failed' : 'unavailable';
}

function callMessage(code: AthenaErrorCode, text: string, { workgroup, database }: AthenaPlace): string {
  const said: Readonly<Partial<Record<AthenaErrorCode, string>>> = {
    cancelled: 'the query was cancelled',
    'no-workgroup': `Athena has no workgroup ${workgroup} that can be used here: ${text}`,
    'no-database': `the catalogue has no lake in database ${database}: ${text}`,
    'no-credentials': `there are no AWS credentials to ask Athena with: ${text}`,
    denied: `AWS refused: ${text}`,
    throttled: `Athena is busy with the queries of this account: ${text}`,
    unavailable: `Athena can't be reached: ${text}`,
  };
  return said[code] ?? `Athena refused the query: ${text}`;
}

/** Why a query that was accepted came to nothing. */
export function executionError(execution: QueryExecution, place: AthenaPlace): AthenaError {
  const { State: state, StateChangeReason: told, AthenaError: detail } = execution.Status ?? {};
  const reason = told ?? detail?.ErrorMessage ?? 'Athena gave no reason';
  const code = codeOfReason(state, reason);
  const said =
    code === 'cancelled'
      ? `the query was cancelled in Athena: ${reason}`
      : `Athena could not run the query: ${reason}`;
  const again = detail?.Retryable === true ? '\nIt may be passing: run the same command again.' : '';
  return new AthenaError(code, `${said}${advice(code, place)}${hint(reason)}${again}`);
}

function codeOfReason(state: string | undefined, reason: string): AthenaErrorCode {
  // Athena cancels such a query; the reason alone tells it from a cancellation by hand.
  if (/bytes scanned limit/i.test(reason)) return 'scan-limit';
  if (state === 'CANCELLED') return 'cancelled';
  if (/SCHEMA_NOT_FOUND|(?:database|schema) '?\S+'? (?:does not exist|not found)/i.test(reason))
    return 'no-database';
  const isDenied = /Access ?Denied|not authorized|Insufficient (?:permissions|Lake Formation)/i.test(reason);
  return isDenied ? 'denied' : 'failed';
}

/** What to do next, on lines of its own. */
function advice(code: AthenaErrorCode, { workgroup, database }: AthenaPlace): string {
  const advised: Readonly<Record<AthenaErrorCode, string>> = {
    failed: '',
    cancelled: '',
    'scan-limit': `Workgroup ${workgroup} limits what one query may read. Ask for fewer accounts, regions and days, or raise the limit (scanLimitGb of the deployment).`,
    'no-workgroup': `A deployed lake's workgroup is trailseal-<stage>; check the name, the account and the region (AWS_REGION, AWS_PROFILE).`,
    'no-database': `Looked in database ${database} (workgroup ${workgroup}); --database names another. Is this the account and the region of the lake?`,
    'no-credentials': 'Set AWS_PROFILE, or sign in with the AWS CLI (aws sso login, aws configure).',
    denied: `Athena reads with your own permissions: you need athena:StartQueryExecution, GetQueryExecution and GetQueryResults on workgroup ${workgroup}, glue:GetTable and GetPartitions on database ${database}, to read the lake's bucket, to write the results' bucket, and to use the key of both.`,
    throttled: 'Wait for a minute and run the same command again.',
    unavailable: 'Check the network, AWS_REGION and AWS_PROFILE, and run the same command again.',
  };
  return advised[code] === '' ? '' : `\n${advised[code]}`;
}

function hint(reason: string): string {
  return /TABLE_NOT_FOUND|Table '?\S+'? does not exist/i.test(reason)
    ? '\nThe events are in cloudtrail_logs; SHOW TABLES lists what there is.'
    : '';
}
