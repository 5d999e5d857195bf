import { describe, expect, it } from 'vitest';
import { REDACTED, redacted } from '../../../shared/core/rules/redact.ts';

describe('a record that goes into a message', () => {
  it.each([
    ['a password, whatever stands around it in the name', { newPassword: 'x', MasterUserPassword: 'y' }],
    ['a session token', { credentials: { sessionToken: 'x' } }],
    ['a secret, by each of its names', { SecretString: 'x', 'client-secret': 'y', secret_access_key: 'z' }],
    ['user data, which scripts with secrets are put into', { userData: 'IyEvYmluL3No' }],
    ['environment variables', { environment: { variables: { A: 'x' } } }],
    ['environment variables that are listed', { environmentVariablesOverride: [{ name: 'A', value: 'x' }] }],
    ['a number that is a secret', { dbPassword: 123_456 }],
    ['a value whose name, beside it, is that of a secret', { list: [{ Key: 'DB_PASSWORD', Value: 'x' }] }],
    ['a secret in JSON in a text', { SecretDocument: '{"password":"x","user":"alice"}' }],
    ['a private key, wherever it stands', { comment: 'see -----BEGIN RSA PRIVATE KEY----- MII' }],
    ['a JSON web token', { note: `a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x` }],
    ['a presigned URL', { url: 'https://b.s3.amazonaws.com/k?X-Amz-Signature=abc' }],
    ['all of what is named like a secret', { password: { old: 'x', list: ['y'] } }],
  ])('says nothing of %s', (_, requestParameters) => {
    const text = JSON.stringify(redacted({ requestParameters }));
    expect(text).toContain(REDACTED);
    expect(text).not.toMatch(/\\?"[xyz]\\?"|IyEv|MII|eyJ|abc|123456/);
  });

  it.each([
    { minimumPasswordLength: 6, hardExpiry: false, passwordReusePrevention: 3, maxPasswordAge: 90 },
    { policyDocument: '{"Statement": [{"Effect": "Allow"}]}', list: [{ key: 'Name', value: 'web' }] },
    { accessKeyId: 'AKIAEXAMPLE', mfaAuthenticated: 'true' },
    { password: '', masterUserPassword: null, resetPassword: true },
    { clientToken: 'a', nextToken: 'b', keyId: 'c' },
  ])('says what tells a person something and nobody a secret: %o', (requestParameters) => {
    expect(redacted({ requestParameters })).toEqual({ requestParameters });
  });

  it('says nothing of fields that an operator names', () => {
    const record = { requestParameters: { comment: 'x', other: 'y', list: [{ comment: 'z' }] } };
    expect(
      redacted(record, new Set(['requestParameters.comment', 'requestParameters.list.comment'])),
    ).toEqual({
      requestParameters: { comment: REDACTED, other: 'y', list: [{ comment: REDACTED }] },
    });
  });

  it('may be as deep as one can be', () => {
    let deep: unknown = { password: 'x' };
    for (let level = 0; level < 490; level += 1) deep = [deep];
    expect(JSON.stringify(redacted({ deep } as never))).not.toContain('"x"');
    for (let level = 0; level < 5000; level += 1) deep = { deep };
    expect(JSON.stringify(redacted({ deep } as never))).not.toContain('"x"');
  });
});
