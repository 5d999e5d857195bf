import type { JsonValue } from '../query-result.ts';
import type { JsonObject } from './record-view.ts';

/**
 * What no message carries. CloudTrail leaves most of it out itself ("HIDDEN_DUE_TO_SECURITY_REASONS"), but not all, and not what people put
 * into fields that were not made for secrets. The lake keeps the record whole.
 */
export const REDACTED = '[redacted]';

/** Fields whose value is taken out wherever they stand, whatever stands before or behind in the name: lower-case, no hyphens or underscores. */
const SECRET_NAMES = [
  'password',
  'passwd',
  'passphrase',
  'secretaccesskey',
  'secretstring',
  'secretbinary',
  'secretkey',
  'clientsecret',
  'sharedsecret',
  'sessiontoken',
  'securitytoken',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'authtoken',
  'bearertoken',
  'webidentitytoken',
  'samlassertion',
  'apikey',
  'privatekey',
  'authorization',
  'userdata',
  'ssecustomerkey',
  'presharedkey',
] as const;

/** Below these, every value is taken out: names chosen by the user say nothing of what they hold. */
const SECRET_FOLDERS: ReadonlySet<string> = new Set(['environment', 'environmentvariables']);

/** Texts that are secrets wherever they stand. */
const SECRET_TEXTS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
  /[?&]X-Amz-(?:Signature|Security-Token)=/i,
] as const;

/** Deeper than any record the lake takes. */
const MAX_DEPTH = 500;

/** The record without secrets; `also` names further fields, by their path from the record (`requestParameters.comment`). */
export function redacted(record: JsonObject, also: ReadonlySet<string> = new Set()): JsonObject {
  return withoutSecrets(record, '', 0, also) as JsonObject;
}

function withoutSecrets(value: JsonValue, path: string, depth: number, also: ReadonlySet<string>): JsonValue {
  if (typeof value === 'string') return SECRET_TEXTS.some((secret) => secret.test(value)) ? REDACTED : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return REDACTED;
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, path, depth + 1, also));
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, inside]) => {
      const at = path === '' ? name : `${path}.${name}`;
      if (isEmpty(inside)) return [name, inside];
      const isSecret = also.has(at) || isSecretName(name, inside);
      return [name, isSecret ? REDACTED : withoutSecrets(inside, at, depth + 1, also)];
    }),
  );
}

/** `minimumPasswordLength: 6` is what a person wants to see. */
function isSecretName(name: string, value: JsonValue): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  if (SECRET_FOLDERS.has(plain)) return true;
  const isNumber = typeof value === 'number';
  return SECRET_NAMES.some((secret) => (isNumber ? plain === secret : plain.includes(secret)));
}

/** That there is nothing may matter, and tells nothing. */
function isEmpty(value: JsonValue): boolean {
  return value === null || value === '' || typeof value === 'boolean';
}
