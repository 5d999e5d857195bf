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
const SECRET_FOLDER = /^environment$|^environmentvariables/;

/** `minimumPasswordLength: 6`, `maxPasswordAge: 90`: numbers that a person wants to see. */
const OF_A_POLICY = /length|age|reuse|count|days|hours|minutes|expir|period|version|^min|^max/;

/**
 * Texts that are secrets wherever they stand. Each is found in one pass: what an attacker repeats is looked at once, for a web token starts where
 * no letter of one stands before it.
 */
const SECRET_TEXTS = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
  /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
  /[?&]X-Amz-(?:Signature|Security-Token)=/i,
] as const;

/** Pairs such as `{ name: 'DB_PASSWORD', value: '…' }`, by whose first part the second is judged. */
const NAMES_OF_PAIRS = ['name', 'key', 'parametername', 'parameterkey', 'optionname'] as const;
const VALUES_OF_PAIRS = /^(?:parameter|option)?value$/;

/** Deeper than any record the lake takes. */
const MAX_DEPTH = 500;
/** JSON within a text is looked into up to this length, once. */
const MAX_INNER_JSON = 64 * 1024;

/** The record without secrets; `also` names further fields, by their path from the record (`requestParameters.comment`). */
export function redacted(record: JsonObject, also: ReadonlySet<string> = new Set()): JsonObject {
  return withoutSecrets(record, '', 0, also) as JsonObject;
}

function withoutSecrets(value: JsonValue, path: string, depth: number, also: ReadonlySet<string>): JsonValue {
  if (typeof value === 'string') return textWithoutSecrets(value, path, depth, also);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return REDACTED;
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, path, depth + 1, also));
  const fields = value as JsonObject;
  const namesSecret = isSecretPair(fields);
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, inside]) => {
      // No reader of JSON agrees with another on what that is.
      if (name === '__proto__') return [];
      const at = path === '' ? name : `${path}.${name}`;
      if (isEmpty(inside)) return [[name, inside]];
      const isValue = namesSecret && VALUES_OF_PAIRS.test(name.toLowerCase());
      const isSecret = isValue || also.has(at) || isSecretName(name, inside);
      return [[name, isSecret ? REDACTED : withoutSecrets(inside, at, depth + 1, also)]];
    }),
  );
}

function textWithoutSecrets(text: string, path: string, depth: number, also: ReadonlySet<string>): string {
  if (SECRET_TEXTS.some((secret) => secret.test(text))) return REDACTED;
  if (!/^\s*[[{]/.test(text) || text.length > MAX_INNER_JSON) return text;
  let inner: JsonValue;
  try {
    inner = JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
  const without = JSON.stringify(withoutSecrets(inner, path, depth + 1, also));
  return without === JSON.stringify(inner) ? text : without;
}

function isSecretName(name: string, value: JsonValue): boolean {
  const plain = plainName(name);
  if (SECRET_FOLDER.test(plain)) return true;
  if (!SECRET_NAMES.some((secret) => plain.includes(secret))) return false;
  return typeof value !== 'number' || !OF_A_POLICY.test(plain);
}

/** Whether the object is a name and a value, and the name that of a secret. */
function isSecretPair(fields: JsonObject): boolean {
  return Object.entries(fields).some(
    ([field, name]) =>
      typeof name === 'string' &&
      NAMES_OF_PAIRS.some((one) => one === field.toLowerCase()) &&
      isSecretName(name, ''),
  );
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** That there is nothing may matter, and tells nothing. */
function isEmpty(value: JsonValue): boolean {
  return value === null || value === '' || typeof value === 'boolean';
}
