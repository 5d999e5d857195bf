import { accessKey, principalId, type Account, type Organisation } from './organisation.ts';
import type { Entry, Persona } from './personas.ts';
import { Random } from './random.ts';
import type { Actor } from './record-text.ts';
import { ENTRIES, LINKED, type Opening } from './session-entries.ts';
import type { Issued } from './draw.ts';

/** One caller for a while: the same identity, access key, address and user agent. */
export interface Session {
  readonly persona: Persona;
  readonly actor: Actor;
  readonly issued: Issued;
  readonly openings: Opening[];
  readonly started: number;
  left: number;
  /** Milliseconds since 1970; calls of a session come in order. */
  clock: number;
}

export function startSession(
  random: Random,
  organisation: Organisation,
  account: Account,
  persona: Persona,
  now: number,
): Session {
  const role = roleFor(persona.entry, random, account);
  const issued: Issued = {
    accessKey: accessKey(random, 'ASIA'),
    role,
    // A role keeps its id, whoever assumes it.
    roleId: principalId(new Random(`${account.id}/${role}`), 'AROA'),
    sessionName: sessionName(persona.entry, random, account),
  };
  const entered = ENTRIES[persona.entry]({ random, organisation, account, now, issued });
  return { persona, issued, left: random.between(...persona.length), started: now, clock: now, ...entered };
}

function roleFor(entry: Entry, random: Random, account: Account): string {
  if (entry === 'service-linked') return random.pickSkewed(Object.keys(LINKED));
  if (entry === 'identity-center') {
    return `AWSReservedSSO_${random.pickSkewed(['ReadOnlyAccess', 'PowerUserAccess', 'AdministratorAccess'])}_0123456789abcdef`;
  }
  if (entry === 'audit' || entry === 'cross-account') return 'security-audit';
  if (entry === 'github' || entry === 'terraform') return 'deploy';
  return random.pickSkewed(account.resources['role'] ?? []);
}

function sessionName(entry: Entry, random: Random, account: Account): string {
  const pool = (name: string): string => random.pickSkewed(account.resources[name] ?? []);
  if (entry === 'lambda') return pool('function');
  if (entry === 'instance') return pool('instance');
  if (entry === 'task') return random.hex(32);
  if (entry === 'github') return 'GitHubActions';
  if (entry === 'terraform') return `terraform-${random.int(1_000_000)}`;
  if (entry === 'identity-center') return `${random.pickSkewed(account.users.slice(0, -4)).name}@example.com`;
  return entry === 'service-linked' ? `AWS${random.int(1_000_000_000)}` : `session-${random.int(10_000)}`;
}
