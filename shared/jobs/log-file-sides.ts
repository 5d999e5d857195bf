import { fromLogs, type FoundDigest } from '../core/digest-checks.ts';
import { finding, type Finding } from '../core/finding.ts';
import { dayPath } from '../core/iso-time.ts';
import { parseTrailKey, streamOf } from '../core/log-file-key.ts';
import { addTo, nothingYet, type Summary } from './summary.ts';

/**
 * The sides of one region's log files held against each other: what CloudTrail's digests name, what lies in the bucket, and what receipts
 * say was processed. A log file that one side knows and another should is a finding.
 *
 * Keys come day by day, so that a day can be judged, and forgotten, once the day after it has been seen.
 */

/** Which sides there are: the bucket isn't listed by an hourly run, and without a lake there are no receipts. */
export interface Sides {
  readonly bucket: boolean;
  readonly lake: boolean;
  /** What was delivered before it nobody promised to process, but where the bucket is gone through and the lake has others of its day; milliseconds since 1970. */
  readonly lakeFrom?: number | undefined;
}

/** What is known of one log file. Goes into a run's state as it is. */
export interface KnownLogFile {
  /** By the digest, and where the log file lies. */
  named?:
    | { readonly at: string; readonly sha256: string; readonly digest: string; readonly end: string }
    | undefined;
  /** Where objects of that name lie. */
  met?: string[] | undefined;
  /** What receipts say: the hash of its text (null: it had none), and which receipts. */
  processed?: { readonly sha256: string | null; readonly receipts: string }[] | undefined;
  /** A finding was made of it. */
  told?: boolean | undefined;
}

/** What there is so far, as JSON: a run that was cut off goes on from it. */
export interface SidesState {
  readonly known: [string, KnownLogFile][];
  readonly streams: string[];
  readonly from: number | null;
  readonly until: number | null;
  readonly early: Summary;
  readonly pending: Summary;
  readonly before: Summary;
}

/** CloudTrail delivers a log file now and then before its hour ends and names it in the digest after that; its queue takes its time as well. */
const PENDING_MS = 2 * 60 * 60 * 1000;

export class LogFileSides {
  readonly #sides: Sides;
  /** Nothing is due after it, in milliseconds since 1970. */
  readonly #until: number | undefined;
  readonly #known: Map<string, KnownLogFile>;
  /** Of all its digests, in milliseconds since 1970. */
  #span: { from: number; until: number } | undefined;
  /** Older than the region's first digest, or of a region that has none. */
  readonly #early: Summary;
  readonly #pending: Summary;
  /** Of which the lake has something. */
  readonly #streams: Set<string>;
  /** Delivered before the lake began. */
  readonly #before: Summary;

  constructor(sides: Sides, until: number | undefined, state?: SidesState) {
    this.#sides = sides;
    this.#until = until;
    this.#known = new Map(state?.known);
    this.#streams = new Set(state?.streams);
    this.#early = { ...(state?.early ?? nothingYet()) };
    this.#pending = { ...(state?.pending ?? nothingYet()) };
    this.#before = { ...(state?.before ?? nothingYet()) };
    if (state?.from !== undefined && state.from !== null && state.until !== null)
      this.#span = { from: state.from, until: state.until };
  }

  state(): SidesState {
    const { from = null, until = null } = this.#span ?? {};
    return {
      known: [...this.#known],
      streams: [...this.#streams],
      from,
      until,
      early: this.#early,
      pending: this.#pending,
      before: this.#before,
    };
  }

  /** A digest was read; call it before `name`. */
  digested({ parsed: { endTime }, read }: FoundDigest): void {
    const [start, end] = [Date.parse(read.digest.digestStartTime), Date.parse(endTime)];
    const { from = start, until = end } = this.#span ?? {};
    this.#span = { from: Math.min(from, start), until: Math.max(until, end) };
  }

  /** A digest names the log file that lies at `at`. */
  name(at: string, sha256: string, { key: digest, parsed }: FoundDigest): void {
    this.#of(at).named = { at, sha256, digest, end: parsed.endTime };
  }

  /** An object is there. */
  meet(key: string): void {
    const met = (this.#of(key).met ??= []);
    // A run that goes on may come by what lies between the days once more.
    if (!met.includes(key)) met.push(key);
  }

  /** Receipts say that it was processed. */
  process(key: string, sha256: string | null, receipts: string): void {
    (this.#of(key).processed ??= []).push({ sha256, receipts });
    if (this.#sides.bucket) this.#streams.add(streamOf(key));
  }

  /** Judges what was delivered before `day` (`YYYY/MM/DD`); what isn't of a day waits for the end. */
  *judgeBefore(day: string): Generator<Finding> {
    for (const [id, log] of this.#known) {
      const of = parseTrailKey(id)?.day;
      if (of === undefined || of >= day) continue;
      this.#known.delete(id);
      yield* this.#judge(id, log);
    }
  }

  /** Judges all of it, and says in a line each what is too old or too new to be judged. */
  *close(region: string): Generator<Finding> {
    for (const [id, log] of this.#known) yield* this.#judge(id, log);
    this.#known.clear();
    yield* this.#summaries(region);
  }

  /** What CloudTrail has delivered, and no receipts have been seen of though our own digests are `sealedUntil`: where it lies. */
  overdue(sealedUntil: number): string[] {
    return [...this.#known.values()].flatMap(({ named, processed, told }) => {
      const isOpen = named !== undefined && processed === undefined && told === undefined;
      return isOpen && Date.parse(named.end) < sealedUntil - PENDING_MS ? [named.at] : [];
    });
  }

  /** What receipts speak of and no digest yet, though those of its time are there: key, and when it was delivered in milliseconds since 1970. */
  unnamed(): { readonly logFile: string; readonly at: number }[] {
    return [...this.#known].flatMap(([logFile, { named, processed, told }]) => {
      const at = deliveredAt(logFile);
      const { from = Infinity, until = Infinity } = this.#span ?? {};
      const isOpen = named === undefined && processed !== undefined && told === undefined;
      return isOpen && at >= from && at < until - PENDING_MS ? [{ logFile, at }] : [];
    });
  }

  /**
   * An hourly run: judges what is complete or due, and keeps the rest for the next. What a finding was made of is kept until its other side
   * comes. `folder`: of the region's digests.
   */
  *settle(sealedUntil: number, folder: string): Generator<Finding> {
    for (const [id, log] of this.#known) {
      const isComplete = log.named !== undefined && log.processed !== undefined;
      if (!isComplete && (log.told === true || !this.#isDue(id, log, sealedUntil))) continue;
      const findings = [...this.#judge(id, log)];
      yield* findings;
      if (isComplete || findings.length === 0) this.#known.delete(id);
      else log.told = true;
    }
    const { count } = this.#early;
    if (this.#span === undefined && count > 0)
      yield finding(CODE, folder, `${count} log files and more came without any digest there`);
    for (const summary of [this.#early, this.#pending, this.#before]) summary.count = 0;
  }

  #isDue(id: string, { named }: KnownLogFile, sealedUntil: number): boolean {
    if (named !== undefined) return Date.parse(named.end) < sealedUntil - PENDING_MS;
    // A region's first digest comes within two hours or so; without any, log files can't be kept for ever.
    const due = this.#span?.until ?? (this.#until ?? 0) - PENDING_MS;
    return deliveredAt(id) < due - PENDING_MS;
  }

  *#judge(id: string, { named, met = [], processed = [] }: KnownLogFile): Generator<Finding> {
    for (const key of met) if (key !== named?.at) yield* this.#unnamed(key);
    if (named === undefined) {
      if (met.length === 0 && processed.length > 0)
        yield* this.#neverDelivered(id, processed[0]?.receipts ?? '');
      return;
    }
    if (!this.#sides.lake) return;
    if (processed.length === 0) {
      if (this.#isBeforeLake(id)) addTo(this.#before, named.at);
      else if (Date.parse(named.end) >= (this.#until ?? Infinity) - PENDING_MS)
        addTo(this.#pending, named.at);
      else yield finding('log-file-not-processed', named.at, `${named.digest} names it, and no receipts do`);
    }
    const texts = new Map<string | null, string>();
    for (const { sha256, receipts } of processed) {
      const before = texts.get(sha256);
      texts.set(sha256, receipts);
      if (before !== undefined && sha256 !== null) {
        const evidence = `${before} name its text, and ${receipts} once more: its rows are in the lake twice`;
        yield finding('receipts-contradict-digest', named.at, evidence);
      }
      if (sha256 === named.sha256) continue;
      const evidence = `${named.digest} has the hash ${named.sha256} for it, and ${receipts} ${sha256 ?? 'none: it could not be read'}`;
      yield finding('receipts-contradict-digest', named.at, evidence);
    }
  }

  /** An object that no digest names, at that place. */
  *#unnamed(key: string): Generator<Finding> {
    if (this.#span === undefined || this.#isEarly(key, this.#span.from)) addTo(this.#early, key);
    else if (this.#isPending(key, this.#span.until)) addTo(this.#pending, key);
    else yield finding('log-file-in-no-digest', key, 'digests of its time are there, and none names it');
  }

  /** Receipts of a log file that no digest names and that isn't in the bucket, if that was looked into. */
  *#neverDelivered(id: string, receipts: string): Generator<Finding> {
    if (this.#span === undefined || this.#isEarly(id, this.#span.from)) {
      // Nothing can be said of a time without digests; of one that is gone with its log files, this is all there is.
      if (this.#sides.bucket || this.#span === undefined) addTo(this.#early, id);
    } else if (this.#isPending(id, this.#span.until)) addTo(this.#pending, id);
    else yield finding('log-file-never-delivered', id, `${receipts} name it, and no digest does`);
  }

  *#summaries(region: string): Generator<Finding> {
    const { first, count } = this.#early;
    const others = `this and ${count - 1} more`;
    if (count > 0 && this.#span === undefined)
      yield finding(
        CODE,
        first,
        `${others} of ${region === '' ? 'no region' : region} have no digests at all`,
      );
    else if (count > 0) yield finding(CODE, first, `${others} are older than the first digest of ${region}`);
    const pending = this.#pending;
    if (pending.count > 0) {
      const evidence = `this and ${pending.count - 1} more are newer than any digest or receipts yet`;
      yield finding(CODE, pending.first, evidence, 'notice');
    }
    const before = this.#before;
    if (before.count > 0) {
      const evidence = `this and ${before.count - 1} more of ${region} were delivered before the lake's first digest, and never brought in`;
      yield finding('log-file-not-processed', before.first, evidence, 'notice');
    }
  }

  #isBeforeLake(id: string): boolean {
    const { bucket, lakeFrom = 0 } = this.#sides;
    return deliveredAt(id) < lakeFrom && !(bucket && this.#streams.has(streamOf(id)));
  }

  #isEarly(key: string, from: number): boolean {
    const at = deliveredAt(key);
    return at !== 0 && at < from;
  }

  /** Delivered, by its name and its folder alike, when no digest was due for it yet. */
  #isPending(key: string, until: number): boolean {
    const at = deliveredAt(key);
    const folder = parseTrailKey(key)?.day;
    const isItsDay = at !== 0 && folder === dayPath(at);
    return isItsDay && key.endsWith('.json.gz') && at >= until - PENDING_MS && at <= (this.#until ?? at);
  }

  #of(key: string): KnownLogFile {
    const id = fromLogs(key);
    const known = this.#known.get(id) ?? {};
    this.#known.set(id, known);
    return known;
  }
}

const CODE = 'log-file-in-no-digest';

/** The time in a log file's name, in milliseconds since 1970; 0, which is always past, if it has none. */
export function deliveredAt(key: string): number {
  const [, year, month, day, hour, minute] = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[^/]*$/.exec(key) ?? [];
  return year === undefined ? 0 : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}
