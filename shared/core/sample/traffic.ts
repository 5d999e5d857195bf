import { drawError, SIGN_IN_FAILED } from './call-errors.ts';
import type { Cell } from './cell.ts';
import type { Organisation } from './organisation.ts';
import { ANY_PERSONA, AUDIT, type Persona } from './personas.ts';
import type { Random } from './random.ts';
import { recordText, type Occurrence } from './record-text.ts';
import type { Opening } from './session-entries.ts';
import { startSession, type Session } from './sessions.ts';

/** Callers at work in one cell at once. */
const SESSIONS = 10;
const SESSION_LIFE = 3_600_000;
/** Of all events, those that an inventory tool makes; and how many it makes at a time. */
const AUDIT_SHARE = 0.06;
const AUDIT_EVENTS = (AUDIT.length[0] + AUDIT.length[1]) / 2;

/** The organisation at work: fills the cells with records, five minutes at a time. */
export class Traffic {
  readonly #random: Random;
  readonly #organisation: Organisation;
  readonly #cells: readonly Cell[];

  constructor(random: Random, organisation: Organisation, cells: readonly Cell[]) {
    this.#random = random;
    this.#organisation = organisation;
    this.#cells = cells;
  }

  /** Events of one cell from `from` up to, not including, `to` (milliseconds since 1970), about `expected` of them. */
  produce(cell: Cell, from: number, to: number, expected: number): void {
    const random = this.#random;
    if (random.chance((expected * AUDIT_SHARE) / AUDIT_EVENTS)) this.#audit(cell, from, to);
    const mean = expected * (1 - AUDIT_SHARE);
    // Log-normal with mean 1: five minutes are rarely like the five before.
    let left = Math.floor(mean * random.logNormal(0.8825, 0.5) + random.float());
    cell.sessions = cell.sessions.filter(
      (session) => session.left > 0 && to - session.started < SESSION_LIFE,
    );
    while (left > 0)
      left -= this.#turn(cell, this.#session(cell, from, to), to, Math.min(left, random.between(1, 12)));
  }

  #session(cell: Cell, from: number, to: number): Session {
    const random = this.#random;
    const start = from + random.int(to - from);
    const open = cell.sessions.length > 0 ? random.pick(cell.sessions) : undefined;
    if (open !== undefined && open.left > 0 && open.clock < to && !random.chance(0.1)) {
      open.clock = Math.max(open.clock, start);
      return open;
    }
    const session = this.#start(cell, ANY_PERSONA.pick(random), start);
    if (cell.sessions.length < SESSIONS) cell.sessions.push(session);
    else cell.sessions[random.int(SESSIONS)] = session;
    return session;
  }

  #start(cell: Cell, persona: Persona, at: number): Session {
    return startSession(this.#random, this.#organisation, cell.account, persona, at);
  }

  /** Some calls of one session, one after another. Returns how many. */
  #turn(cell: Cell, session: Session, to: number, most: number): number {
    const random = this.#random;
    let made = 0;
    do {
      this.#call(cell, session, session.openings.shift());
      session.clock += Math.floor(random.float() * session.persona.pace * 1000);
      made++;
    } while (made < most && session.left > 0 && session.clock < to);
    return made;
  }

  #call(cell: Cell, session: Session, opening: Opening | undefined): void {
    const { persona, issued, actor, clock: time } = session;
    if (opening !== undefined) {
      const failed =
        opening.failure === undefined
          ? {}
          : { error: SIGN_IN_FAILED, response: '{"ConsoleLogin":"Failure"}' };
      this.#record(cell, { region: cell.region, time, issued, ...opening, ...failed });
      return;
    }
    session.left--;
    const call = persona.calls.pick(this.#random);
    const error = this.#random.chance(persona.errors) ? drawError(call, this.#random) : undefined;
    this.#record(cell, { call, actor, account: cell.account, region: cell.region, time, issued, error });
  }

  #record(cell: Cell, occurrence: Occurrence): void {
    const random = this.#random;
    const region = occurrence.call.global
      ? (this.#organisation.regions[0] ?? cell.region)
      : occurrence.region;
    // Now and then a global event is delivered where it was made: its region is not the log file's then.
    const target = random.chance(0.03) ? cell.region : region;
    const text = recordText(random, { ...occurrence, region });
    const { time } = occurrence;
    // With five-minute deliveries, an event waits 200 seconds on average.
    const due = time + 10_000 + random.int(80_000);
    this.#cell(occurrence.account.index, target).pending.push({ time, text, due });
  }

  #audit(cell: Cell, from: number, to: number): void {
    const waiting = cell.pending;
    cell.pending = [];
    const session = this.#start(cell, AUDIT, from + this.#random.int(60_000));
    while (session.left > 0) {
      this.#call(cell, session, session.openings.shift());
      session.clock = Math.min(to - 1, session.clock + this.#random.int(400));
    }
    cell.bulk.push(cell.pending);
    cell.pending = waiting;
  }

  #cell(account: number, region: string): Cell {
    const regions = this.#organisation.regions;
    return this.#cells[account * regions.length + regions.indexOf(region)] as Cell;
  }
}
