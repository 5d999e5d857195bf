import { createHash } from 'node:crypto';
import { ADVICE, type Finding } from '../core/finding.ts';
import { inOneLine } from '../core/one-line.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

/** Whom findings are told to. Throws what keeps it from telling. */
export interface Notifier {
  /** One message; `attributes` are what subscribers filter by. */
  tell(subject: string, message: string, attributes: Readonly<Record<string, string>>): Promise<void>;
}

export interface ReportPorts {
  readonly lake: ObjectStore;
  readonly notifier: Notifier;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Reported {
  /** Findings that were not known before. */
  readonly fresh: number;
  readonly messages: number;
}

const AT_ONCE = 16;
/** A removed year is ten thousand findings; nobody reads as many messages. */
const MESSAGES_PER_CODE = 10;

/**
 * Tells of each alarm once, however many runs find it: a finding that was told of stands in the lake, by its code and subject. It is stored after
 * the message: a run that is cut off in between tells a second time rather than never. Of more than ten new findings of one code, the last message
 * tells how many more there are and where. Throws what the ports throw.
 */
export async function reportFindings(findings: readonly Finding[], ports: ReportPorts): Promise<Reported> {
  const { lake } = ports;
  const alarms = new Map(
    findings.filter(({ severity }) => severity === 'alarm').map((one) => [findingKey(one), one]),
  );
  const fresh: Finding[] = [];
  const isNew = async ([key, one]: [string, Finding]): Promise<Finding | undefined> =>
    (await lake.get(key)) === undefined ? one : undefined;
  for await (const one of mapAhead(alarms, AT_ONCE, isNew)) if (one !== undefined) fresh.push(one);
  let messages = 0;
  for (const some of Map.groupBy(fresh, ({ code }) => code).values()) messages += await tell(some, ports);
  return { fresh: fresh.length, messages };
}

async function tell(findings: readonly Finding[], { lake, notifier, now }: ReportPorts): Promise<number> {
  const single = findings.length > MESSAGES_PER_CODE ? MESSAGES_PER_CODE - 1 : findings.length;
  const store = async (one: Finding): Promise<void> => {
    const document = { ...one, advice: ADVICE[one.code], firstSeen: new Date(now).toISOString() };
    await lake.putIfAbsent(findingKey(one), Buffer.from(`${JSON.stringify(document)}\n`));
  };
  for (const one of findings.slice(0, single)) {
    await notifier.tell(subjectOf(one.code), messageOf(one), { code: one.code });
    await store(one);
  }
  const rest = findings.slice(single);
  const [first] = rest;
  if (first === undefined) return single;
  const message = `${rest.length} more findings of this kind, the first of them:\n\n${messageOf(first)}\n\nAll of them are in findings/${first.code}/ in the lake.`;
  await notifier.tell(subjectOf(first.code), message, { code: first.code });
  await Array.fromAsync(mapAhead(rest, AT_ONCE, store));
  return single + 1;
}

function subjectOf(code: string): string {
  return `Trailseal: ${code}`;
}

function messageOf({ code, subject, evidence }: Finding): string {
  return `${code}: ${inOneLine(subject)}\n\nWhat was seen: ${inOneLine(evidence)}\nWhat to do: ${ADVICE[code]}`;
}

/** `findings/<code>/<hash>.json`. Evidence may be put otherwise the next hour; code and subject make the finding. */
export function findingKey({ code, subject }: Finding): string {
  const hash = createHash('sha256').update(`${code}\n${subject}`).digest('hex').slice(0, 32);
  return `findings/${code}/${hash}.json`;
}
