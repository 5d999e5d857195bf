import { Random } from './random.ts';

/**
 * The made-up organisation whose trail is written: accounts, regions, and the resources and people in them. Small and fixed
 * for a seed, so that the same names come back all through the period, as they do in real trails.
 */

export interface Principal {
  readonly name: string;
  readonly id: string;
}

export interface User extends Principal {
  readonly accessKey: string;
  readonly ip: string;
}

export interface Account {
  readonly id: string;
  readonly index: number;
  readonly users: readonly User[];
  /** Each kind of resource by the name that the call tables use between angle brackets. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
}

export interface Organisation {
  readonly accounts: readonly Account[];
  readonly regions: readonly string[];
}

/** The first one takes the calls to global services, as it does in AWS. */
export const SAMPLE_REGIONS: readonly string[] =
  'us-east-1 eu-central-1 us-west-2 ap-southeast-1 eu-west-1 us-east-2 ap-northeast-1 eu-west-2 ca-central-1 sa-east-1 ap-south-1 ap-southeast-2 eu-north-1 eu-west-3 us-west-1 ap-northeast-2 me-south-1'.split(
    ' ',
  );

const FIRST_ACCOUNTS = ['111122223333', '444455556666', '777788889999'];
const PEOPLE = [
  'ana.silva',
  'bjorn',
  'chidi.okafor',
  'dana',
  'elif.kaya',
  'farid',
  'grace.li',
  'hugo.martin',
];
const MACHINE_USERS = ['backup-operator', 'deploy-legacy', 'metrics-exporter', 'partner-feed'];
const WORDS = [
  'orders',
  'billing',
  'search',
  'catalog',
  'payments',
  'media',
  'ledger',
  'shipping',
  'profile',
];
const STAGES = ['prod', 'staging', 'dev'];

export function organisation(seed: string, accounts: number, regions: number): Organisation {
  return {
    accounts: Array.from({ length: accounts }, (_, index) => account(seed, index)),
    regions: SAMPLE_REGIONS.slice(0, regions),
  };
}

function account(seed: string, index: number): Account {
  const random = new Random(`${seed}/account/${index}`);
  const names = [...PEOPLE, ...MACHINE_USERS];
  return {
    id: FIRST_ACCOUNTS[index] ?? String(1000 + index).repeat(3),
    index,
    users: names.map((name) => ({
      name,
      id: principalId(random, 'AIDA'),
      accessKey: accessKey(random, 'AKIA'),
      ip: documentationAddress(random),
    })),
    resources: resources(random),
  };
}

/** Twenty characters in AWS's own pattern, visibly no real key. */
export function accessKey(random: Random, kind: 'AKIA' | 'ASIA'): string {
  return `${kind}${random.base32(9)}EXAMPLE`;
}

export function principalId(random: Random, kind: 'AIDA' | 'AROA'): string {
  return `${kind}${random.base32(10)}EXAMPLE`;
}

/** From the ranges that RFC 5737 and RFC 3849 keep for examples. */
export function documentationAddress(random: Random): string {
  const kind = random.int(10);
  if (kind === 9) return `2001:db8:${random.hex(4)}:${random.hex(4)}::${1 + random.int(9)}${random.hex(2)}`;
  const net = kind < 4 ? '192.0.2' : kind < 7 ? '198.51.100' : '203.0.113';
  return `${net}.${random.between(1, 250)}`;
}

function resources(random: Random): Record<string, readonly string[]> {
  const id = (kind: string, count: number): string[] => many(count, () => `${kind}-0${random.hex(16)}`);
  const word = (): string => `${random.pick(WORDS)}-${random.pick(STAGES)}`;
  const named = (kind: string, count: number): string[] => many(count, () => `${word()}-${kind}`);
  return {
    instance: id('i', 60),
    vpc: id('vpc', 3),
    subnet: id('subnet', 9),
    sg: id('sg', 14),
    ami: id('ami', 8),
    volume: id('vol', 40),
    snapshot: id('snap', 30),
    eni: id('eni', 40),
    endpoint: id('vpce', 4),
    fs: id('fs', 3),
    bucket: many(
      14,
      () => `${word()}-${random.pick(['data', 'logs', 'assets', 'exports'])}-${random.hex(6)}`,
    ),
    key: many(9, () => random.uuid()),
    role: named('role', 18),
    policy: named('policy', 8),
    function: named('handler', 16),
    table: named('table', 10),
    queue: named('queue', 10),
    topic: named('events', 6),
    secret: many(8, () => `${word()}/db-${random.base62(6)}`),
    parameter: many(12, () => `/${word()}/${random.pick(['url', 'flags', 'token', 'size'])}`),
    cluster: named('cluster', 4),
    service: named('svc', 10),
    repo: named('image', 8),
    db: named('db', 6),
    stack: named('stack', 10),
    rule: named('rule', 8),
    alarm: named('alarm', 10),
    asg: named('asg', 5),
    lb: many(5, () => `app/${word()}/${random.hex(16)}`),
    tg: many(6, () => `targetgroup/${word()}/${random.hex(16)}`),
    zone: many(4, () => `Z0${random.base32(12)}`),
    distribution: many(4, () => `E${random.base32(12)}`),
    stream: named('stream', 5),
    api: many(4, () => random.hex(10)),
    job: named('job', 8),
    machine: named('flow', 5),
    project: named('build', 6),
    user: [...MACHINE_USERS, ...PEOPLE],
  };
}

function many(count: number, make: () => string): string[] {
  return Array.from({ length: count }, make);
}
