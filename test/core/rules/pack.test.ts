import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pathName, type Condition, type Predicate } from '../../../shared/core/rules/predicate.ts';
import {
  recordViewOfValue,
  type JsonObject,
  type RecordView,
} from '../../../shared/core/rules/record-view.ts';
import { compileRule } from '../../../shared/core/rules/compiled-rule.ts';
import { documentedField } from '../../../shared/core/rules/documented-field.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import { windowMinutes, type RuleDefinition } from '../../../shared/core/rules/rule-format.ts';

const FOLDER = new URL('../../../rules/', import.meta.url);

const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yml'))
  .toSorted();

interface PackRule {
  readonly rule: RuleDefinition;
  readonly text: string;
  readonly predicate: Predicate;
  readonly matches: (event: Readonly<Record<string, unknown>>) => boolean;
}

function load(file: string): PackRule {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const { definition, predicate } = compileRule(parse(text), file);
  const matches = compilePredicate(predicate);
  return { rule: definition, text, predicate, matches: (event) => matches(viewOf(event)) };
}

function viewOf(event: Readonly<Record<string, unknown>>): RecordView {
  return recordViewOfValue(event as JsonObject);
}

/** The ways through a pattern's `$or`: any of them is enough. */
function branchesOf(predicate: Predicate): readonly Predicate[] {
  return predicate.kind === 'any' ? predicate.of : [predicate];
}

/** What holds of everything that a predicate without alternatives selects. */
function conditionsOf(predicate: Predicate): readonly Condition[] {
  if (predicate.kind === 'fields') return predicate.conditions;
  return predicate.kind === 'all' ? predicate.of.flatMap(conditionsOf) : [];
}

/** What an event has at a path, lists looked through, as the text by which events are grouped and counted. */
function textsAt(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsAt(one, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [JSON.stringify(value)];
  if (typeof value !== 'object' || value === null) return [];
  return textsAt((value as Readonly<Record<string, unknown>>)[name], rest);
}

/** Fields of the record itself that every way through the pattern looks at. */
function fieldsOf(predicate: Predicate): string[] {
  const branches = branchesOf(predicate).map(conditionsOf);
  const paths = branches.map((conditions) => conditions.map(({ path }) => pathName(path)));
  return (paths[0] ?? []).filter((path) => paths.every((others) => others.includes(path)));
}

/** What no rule asks for. */
const OTHER_VALUES: Readonly<Record<string, string>> = {
  eventName: 'ListThings',
  eventSource: 'things.amazonaws.com',
  errorCode: 'ThrottlingException',
  userAgent: 'Jersey/0.0',
};

const pack = new Map(files.map((file) => [file.replace(/\.yml$/, ''), load(file)]));
const rules = [...pack.values()].map(({ rule }) => rule);
const beyondBenchmark = rules.filter(({ cis }) => cis.length === 0);

function ruleOf(id: string): PackRule {
  const found = pack.get(id);
  if (found === undefined) throw new Error(`rules/${id}.yml is missing`);
  return found;
}

describe.each([...pack])('%s', (name, { rule, text, predicate, matches }) => {
  it('is named after its file, and names its schema', () => {
    expect(rule.id).toBe(name);
    expect(text.split('\n', 1)).toEqual(['# yaml-language-server: $schema=./rule.schema.json']);
  });

  it('selects the events it should', () => {
    expect(rule.cases.matches.length).toBeGreaterThanOrEqual(2);
    expect(rule.cases.matches.filter(({ event }) => !matches(event)).map(verdictFor)).toEqual([]);
  });

  it('ignores near misses and malformed records', () => {
    expect(rule.cases.ignores.length).toBeGreaterThanOrEqual(2);
    expect(rule.cases.malformed.length).toBeGreaterThanOrEqual(1);
    const others = [...rule.cases.ignores, ...rule.cases.malformed];
    expect(others.filter(({ event }) => matches(event)).map(verdictFor)).toEqual([]);
  });

  it('has an event for every way through its $or', () => {
    const unmet = branchesOf(predicate).filter((branch) => {
      const selects = compilePredicate(branch);
      return !rule.cases.matches.some(({ event }) => selects(viewOf(event)));
    });
    expect(unmet).toEqual([]);
  });

  it('leaves the event alone once its name, its service or its success is another', () => {
    const events = rule.cases.matches.map(({ event }) => event);
    const mistaken = fieldsOf(predicate).flatMap((field) => {
      const other = OTHER_VALUES[field];
      if (other === undefined) return [];
      return events
        .filter((event) => matches({ ...event, [field]: other }))
        .map((event) => ({ field, event }));
    });
    expect(mistaken).toEqual([]);
  });

  it('tells people enough: a technique, what to do in steps, and what else sets it off', () => {
    expect(rule.attack).not.toEqual([]);
    expect(rule.runbook).toMatch(/^1\. .+\n2\. /s);
    expect(rule.falsePositives.every((one) => one.length > 15)).toBe(true);
    expect(rule.why.length).toBeGreaterThan(60);
  });

  it('groups and counts by fields that its events have', () => {
    const isIdentity = (field: string): boolean => field.startsWith('userIdentity.');
    const strange = rule.group.by.filter((field) => documentedField(field.split('.')) === 'unknown');
    expect(strange).toEqual([]);
    // Who it was is left out of many cases; what was done to what isn't.
    const fields = rule.group.by.slice(1);
    const groups = fields.every(isIdentity) ? [] : fields;
    const { distinct } = rule.threshold ?? {};
    const wanted = [groups, distinct === undefined ? [] : [distinct]].filter((some) => some.length > 0);
    const without = rule.cases.matches.filter(({ event }) =>
      wanted.some((some) => some.every((field) => textsAt(event, field.split('.')).length === 0)),
    );
    expect(without.map(verdictFor)).toEqual([]);
  });

  it('is one alert for what one principal or resource does, not for the whole organization', () => {
    expect(rule.group.by[0]).toBe('recipientAccountId');
    expect(windowMinutes(rule.group.window)).toBeGreaterThanOrEqual(15);
  });
});

function verdictFor({ name, event }: { readonly name: string; readonly event: unknown }): string {
  return `${name}: ${JSON.stringify(event)}`;
}

describe('the pack', () => {
  it('holds every recommendation of CIS 4.1 to 4.15 once, and at least thirty rules more', () => {
    const recommendations = Array.from({ length: 15 }, (_, index) => `4.${index + 1}`);
    expect(rules.flatMap(({ cis }) => cis).toSorted()).toEqual(recommendations.toSorted());
    expect(beyondBenchmark.length).toBeGreaterThanOrEqual(30);
  });

  it('counts where one event says little: what is called a burst, or many, has a threshold', () => {
    const counting = rules.filter(({ id }) => /burst|many|enumerated|two-addresses/.test(id));
    expect(counting.map(({ id, threshold }) => [id, threshold !== undefined])).toEqual(
      counting.map(({ id }) => [id, true]),
    );
    expect(rules.filter(({ severity, threshold }) => severity === 'low' && threshold !== undefined)).toEqual(
      [],
    );
  });

  it('waits for one more than a lone event, and not for thousands', () => {
    const counts = rules.flatMap(({ threshold }) => (threshold === undefined ? [] : [threshold.events]));
    expect(counts.length).toBeGreaterThan(5);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...counts)).toBeLessThanOrEqual(50);
  });

  it('counts what a role does, and not what each of its sessions does: sessions may be called anything', () => {
    const byCaller = rules.filter(
      ({ id, threshold, group }) =>
        threshold !== undefined &&
        id !== 'instance-credentials-from-two-addresses' &&
        group.by.some((field) => field.startsWith('userIdentity.')),
    );
    expect(byCaller.length).toBeGreaterThan(5);
    expect(byCaller.map(({ group }) => group.by)).toEqual(
      byCaller.map(() => [
        'recipientAccountId',
        'userIdentity.sessionContext.sessionIssuer.arn',
        'userIdentity.userName',
      ]),
    );
  });

  it('suppresses nothing: suppressions are for whoever deploys it', () => {
    expect(rules.filter(({ suppressions }) => suppressions.length > 0)).toEqual([]);
  });
});

/** `names('Delete Put', 'GroupPolicy RolePolicy')`: every pair. */
function names(verbs: string, objects: string): string[] {
  return verbs.split(' ').flatMap((verb) => objects.split(' ').map((object) => verb + object));
}

/** The event names of the benchmark's table, written out from it and not from the rules. */
const BENCHMARK_EVENTS: readonly (readonly [rule: string, service: string, names: readonly string[]])[] = [
  [
    'cis-4.04-iam-policy-changed',
    'iam',
    [
      ...names('Delete Put', 'GroupPolicy RolePolicy UserPolicy'),
      ...names('Create Delete', 'Policy PolicyVersion'),
      ...names('Attach Detach', 'RolePolicy UserPolicy GroupPolicy'),
    ],
  ],
  [
    'cis-4.05-trail-changed',
    'cloudtrail',
    [...names('Create Update Delete', 'Trail'), ...names('Start Stop', 'Logging')],
  ],
  ['cis-4.07-kms-key-disabled-or-deleted', 'kms', ['DisableKey', 'ScheduleKeyDeletion']],
  [
    'cis-4.08-s3-bucket-policy-changed',
    's3',
    ['PutBucketAcl', ...names('PutBucket DeleteBucket', 'Policy Cors Lifecycle Replication')],
  ],
  [
    'cis-4.09-config-changed',
    'config',
    ['StopConfigurationRecorder', 'DeleteDeliveryChannel', 'PutDeliveryChannel', 'PutConfigurationRecorder'],
  ],
  [
    'cis-4.10-security-group-changed',
    'ec2',
    [
      ...names('AuthorizeSecurityGroup RevokeSecurityGroup', 'Ingress Egress'),
      ...names('Create Delete', 'SecurityGroup'),
    ],
  ],
  [
    'cis-4.11-network-acl-changed',
    'ec2',
    [
      ...names('Create Delete', 'NetworkAcl'),
      ...names('Create Delete Replace', 'NetworkAclEntry'),
      'ReplaceNetworkAclAssociation',
    ],
  ],
  [
    'cis-4.12-network-gateway-changed',
    'ec2',
    [
      ...names('Create Delete', 'CustomerGateway'),
      ...names('Attach Create Delete Detach', 'InternetGateway'),
    ],
  ],
  [
    'cis-4.13-route-table-changed',
    'ec2',
    [
      ...names('Create Replace Delete', 'Route'),
      ...names('Create Delete', 'RouteTable'),
      'ReplaceRouteTableAssociation',
      'DisassociateRouteTable',
    ],
  ],
  [
    'cis-4.14-vpc-changed',
    'ec2',
    [
      ...names('Create Delete', 'Vpc'),
      'ModifyVpcAttribute',
      ...names('Accept Create Delete Reject', 'VpcPeeringConnection'),
      ...names('Attach Detach', 'ClassicLinkVpc'),
      ...names('Enable Disable', 'VpcClassicLink'),
    ],
  ],
  [
    'cis-4.15-organizations-changed',
    'organizations',
    [
      ...names('Accept Decline', 'Handshake'),
      ...names('Attach Create Delete Detach Update', 'Policy'),
      ...names('Enable Disable', 'PolicyType'),
      'CreateAccount',
      ...names('Create Delete Update', 'OrganizationalUnit'),
      'DeleteOrganization',
      'InviteAccountToOrganization',
      'LeaveOrganization',
      'MoveAccount',
      'RemoveAccountFromOrganization',
    ],
  ],
];

describe('CIS AWS Foundations 4', () => {
  it.each(BENCHMARK_EVENTS)(
    '%s selects every event of the table, failed ones too',
    (id, service, eventNames) => {
      const { matches } = ruleOf(id);
      const eventSource = `${service}.amazonaws.com`;
      const missed = eventNames.filter(
        (eventName) =>
          !matches({ eventSource, eventName }) ||
          !matches({ eventSource, eventName, errorCode: 'AccessDenied' }),
      );
      expect(missed).toEqual([]);
    },
  );

  it.each(BENCHMARK_EVENTS)('%s selects no event of another rule of the table', (id, service, own) => {
    const { matches } = ruleOf(id);
    const selected = BENCHMARK_EVENTS.flatMap(([, other, eventNames]) =>
      eventNames
        .filter((name) => other !== service || !own.includes(name))
        .filter((eventName) => matches({ eventSource: `${other}.amazonaws.com`, eventName })),
    );
    expect(selected).toEqual([]);
  });

  it('the rules that name their service leave the same event names of others alone', () => {
    const named = ['04', '07', '08', '09', '15'].map((number) => `cis-4.${number}-`);
    const mistaken = BENCHMARK_EVENTS.filter(([id]) => named.some((prefix) => id.startsWith(prefix))).flatMap(
      ([id, , eventNames]) =>
        eventNames.filter((eventName) =>
          ruleOf(id).matches({ eventSource: 'example.amazonaws.com', eventName }),
        ),
    );
    expect(mistaken).toEqual([]);
  });

  it.each([
    ['UnauthorizedOperation', true],
    ['Client.UnauthorizedOperation', true],
    ['AccessDenied', true],
    ['AccessDeniedException', true],
    ['Client.AccessDenied', false],
    ['UnauthorizedOperationX', false],
  ])('4.1: errorCode %s is a refusal: %s', (errorCode, expected) => {
    expect(ruleOf('cis-4.01-unauthorized-calls').matches({ errorCode })).toBe(expected);
  });

  it.each([
    ['No', true],
    [undefined, true],
    ['Yes', false],
  ])('4.2: a sign-in with MFAUsed %s is one without MFA: %s', (MFAUsed, expected) => {
    const event = {
      eventName: 'ConsoleLogin',
      userIdentity: { type: 'IAMUser' },
      additionalEventData: MFAUsed === undefined ? {} : { MFAUsed },
      responseElements: { ConsoleLogin: 'Success' },
    };
    expect(ruleOf('cis-4.02-console-login-without-mfa').matches(event)).toBe(expected);
  });

  it.each([
    [{}, 'AwsApiCall', true],
    [{ invokedBy: 'AWS Internal' }, 'AwsApiCall', false],
    [{}, 'AwsServiceEvent', false],
  ])('4.3: root with %j in an %s was used: %s', (identity, eventType, expected) => {
    const event = { eventType, userIdentity: { type: 'Root', ...identity } };
    expect(ruleOf('cis-4.03-root-used').matches(event)).toBe(expected);
  });

  it.each([
    ['Failed authentication', true],
    ['failed authentication', false],
  ])('4.6: errorMessage "%s" is a failed sign-in: %s', (errorMessage, expected) => {
    const event = { eventName: 'ConsoleLogin', errorMessage };
    expect(ruleOf('cis-4.06-console-login-failed').matches(event)).toBe(expected);
  });
});

describe('security-group-open-to-world', () => {
  interface Opening {
    readonly protocol: string;
    readonly from: number;
    readonly to: number;
    readonly cidr: string;
  }

  const PORTS = [22, 445, 3306, 3389, 5432, 6379, 9200, 27_017];
  const EVERYBODY = ['0.0.0.0/0', '198.51.100.7/0', '0.0.0.0/1', '128.0.0.0/1', '::/0', '::/1', '8000::/1'];

  const port = fc.oneof(fc.constantFrom(...PORTS.flatMap((one) => [one - 1, one, one + 1])), fc.nat(65_535));
  const opening: fc.Arbitrary<Opening> = fc.record({
    protocol: fc.constantFrom('tcp', 'tcp', '-1'),
    from: port,
    to: port,
    cidr: fc.constantFrom(...EVERYBODY, '192.0.2.0/24', '0.0.0.0/10', '10.0.0.0/11', '2001:db8::/31'),
  });

  const isOpen = ({ protocol, from, to, cidr }: Opening): boolean =>
    EVERYBODY.includes(cidr) &&
    (protocol === '-1' || PORTS.some((sensitive) => from <= sensitive && sensitive <= to));

  const ranges = (cidr: string): Record<string, unknown> =>
    cidr.includes(':')
      ? { ipRanges: {}, ipv6Ranges: { items: [{ cidrIpv6: cidr }] } }
      : { ipRanges: { items: [{ cidrIp: cidr }] }, ipv6Ranges: {} };

  function authorized(openings: readonly Opening[]): Record<string, unknown> {
    const items = openings.map(({ protocol, from, to, cidr }) => ({
      ipProtocol: protocol,
      ...(protocol === '-1' ? {} : { fromPort: from, toPort: to }),
      ...ranges(cidr),
    }));
    return {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'AuthorizeSecurityGroupIngress',
      requestParameters: { groupId: 'sg-0aaaabbbb', ipPermissions: { items } },
    };
  }

  function modified({ protocol, from, to, cidr }: Opening): Record<string, unknown> {
    const rule = {
      IpProtocol: protocol,
      ...(protocol === '-1' ? {} : { FromPort: from, ToPort: to }),
      [cidr.includes(':') ? 'CidrIpv6' : 'CidrIpv4']: cidr,
    };
    const request = { GroupId: 'sg-0aaaabbbb', SecurityGroupRule: { SecurityGroupRule: rule } };
    return {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'ModifySecurityGroupRules',
      requestParameters: { ModifySecurityGroupRulesRequest: request },
    };
  }

  it('takes a call of the old form by the same measure', () => {
    const { matches } = ruleOf('security-group-open-to-world');
    fc.assert(
      fc.property(opening, (one) => {
        const ports = one.protocol === '-1' ? {} : { fromPort: one.from, toPort: one.to };
        const { protocol: ipProtocol, cidr: cidrIp } = one;
        const requestParameters = {
          groupId: 'sg-0aaaabbbb',
          ipProtocol,
          cidrIp,
          ...ports,
          ipPermissions: {},
        };
        expect(matches({ ...authorized([]), requestParameters })).toBe(isOpen(one));
      }),
      { numRuns: 300 },
    );
  });

  it('takes a call when one of its permissions, by itself, opens an administrator’s port to everybody', () => {
    const { matches } = ruleOf('security-group-open-to-world');
    fc.assert(
      fc.property(fc.array(opening, { maxLength: 4 }), (openings) => {
        expect(matches(authorized(openings))).toBe(openings.some(isOpen));
      }),
      { numRuns: 500 },
    );
  });

  it('takes a changed rule by the same measure', () => {
    const { matches } = ruleOf('security-group-open-to-world');
    fc.assert(
      fc.property(opening, (one) => {
        expect(matches(modified(one))).toBe(isOpen(one));
      }),
      { numRuns: 500 },
    );
  });
});

describe('policy-allows-everything', () => {
  const written = (policyDocument: string): Record<string, unknown> => ({
    eventSource: 'iam.amazonaws.com',
    eventName: 'PutUserPolicy',
    requestParameters: { userName: 'mallory', policyDocument },
  });

  const ordinary = fc.constantFrom(
    's3:GetObject',
    'sqs:*',
    'iam:GetUser',
    'iam:List*',
    'iam:Get*',
    'iam:PassRole',
  );
  const wide = fc.constantFrom(
    '*',
    '*:*',
    'iam:*',
    'Iam:*',
    'iam:Put*',
    'iam:*Policy',
    'iam:Set*',
    'iam:S*',
    'iam:P?tUserPolicy',
  );
  const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/);

  /** JSON as somebody may write it who likes space. */
  function documentOf(actions: readonly string[], [a, b, c]: readonly [string, string, string]): string {
    const list = actions.map((action) => JSON.stringify(action)).join(`${a},${b}`);
    const value = actions.length === 1 ? list : `[${a}${list}${c}]`;
    return `{"Statement":[{"Effect":"Allow","Action"${b}:${c}${value},"Resource":["*"]}]}`;
  }

  it('takes a document with a wide action at any place of a list, however it is spaced', () => {
    const { matches } = ruleOf('policy-allows-everything');
    const lists = fc.tuple(fc.array(ordinary, { maxLength: 3 }), wide, fc.array(ordinary, { maxLength: 3 }));
    fc.assert(
      fc.property(lists, fc.tuple(space, space, space), ([before, action, after], spaces) => {
        expect(matches(written(documentOf([...before, action, ...after], spaces)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves documents of ordinary actions alone, whatever the resource', () => {
    const { matches } = ruleOf('policy-allows-everything');
    const lists = fc.array(ordinary, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lists, fc.tuple(space, space, space), (actions, spaces) => {
        expect(matches(written(documentOf(actions, spaces)))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    String.raw`"Action":"\u002a"`,
    String.raw`"Action":"\u0069am:*"`,
    String.raw`"\u0041ction":"*"`,
    '"NotAction":"s3:*"',
    '"NotAction" : [ "s3:*" ]',
  ])('takes %s', (statement) => {
    const { matches } = ruleOf('policy-allows-everything');
    expect(matches(written(`{"Statement":[{"Effect":"Allow",${statement},"Resource":"*"}]}`))).toBe(true);
  });
});
