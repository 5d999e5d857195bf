import { inOneLine } from '../one-line.ts';
import type { Alert } from './alert.ts';

/** What a person reads of an alert: in a mail, on a terminal. */

/** As much of the record as a mail is read to; the JSON has the rest. */
const MAX_RECORD = 6000;
const MAX_VALUE = 600;

/** One line: severity, what, where. */
export function alertSubject({ kind, rule, event, group }: Alert): string {
  if (group.beyond !== undefined)
    return `[${rule.severity}] ${kind === 'more' ? `${group.more ?? 0} more of the flood` : 'Flood'}: ${rule.title}`;
  const more = kind === 'more' ? `${group.more ?? 0} more: ` : '';
  return `[${rule.severity}] ${more}${rule.title} (${event.account}, ${event.region})`;
}

/** What, who, where, when, why it matters, and what to do next. */
export function alertText(alert: Alert): string {
  const { rule, event, why, runbook, falsePositives, links } = alert;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['What', `${event.eventName} (${event.eventSource})${failure(event)}`],
    ['Who', withDetail(event.principal, event.principalType)],
    ['Access key', event.accessKeyId],
    ['From', withDetail(event.sourceIp ?? 'unknown', event.userAgent)],
    ['Where', `account ${event.account}, region ${event.region}`],
    ['When', event.eventTime],
    ['Rule', `${rule.id}, severity ${rule.severity}${tags(rule)}, kept by ${rule.owner}`],
  ];
  const parts = [
    `${alertSubject(alert)}\n${'='.repeat(40)}`,
    rows
      .flatMap(([name, value]) => (value === undefined ? [] : `${`${name}:`.padEnd(12)}${oneLine(value)}`))
      .join('\n'),
    `Why it matters: ${why.trim()}`,
    `What to do: ${runbook.trim()}`,
    `No incident if: ${falsePositives.join('; ')}`,
    howMany(alert),
    `In the console: ${links.console}\nIn the lake:    ${links.lookup}\nLog file:       ${inOneLine(alert.logFile)}`,
    `The record:\n${recordText(alert)}`,
    `Alert ${alert.alertId}. ${whatIsOne(alert)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function whatIsOne({ group }: Alert): string {
  if (group.beyond !== undefined)
    return `From ${group.from} to ${group.until} more than ${group.beyond} groups of events were alerts of this rule: this message is about all further ones. alerts/ in the lake has each.`;
  const fields = Object.keys(group.by).join(', ');
  const same = fields === '' ? 'all events of this rule' : `events with the same ${fields}`;
  return `From ${group.from} to ${group.until}, ${same} are one alert.`;
}

function howMany({ kind, group }: Alert): string {
  const { distinct, events, more = 0, from, until } = group;
  const what = distinct === undefined ? 'events of this kind' : `different values of ${distinct}`;
  if (kind === 'more')
    return `${more} more ${what} came after the message before: ${events} in all from ${from} to ${until}. Below is the first.`;
  const further = `Further ones until ${until} are counted, and told of in one message.`;
  return events > 1 ? `${events} ${what} so far. ${further}` : further;
}

function failure({ errorCode, errorMessage }: Alert['event']): string {
  if (errorCode === undefined && errorMessage === undefined) return '';
  return `, failed: ${[errorCode, errorMessage].filter((text) => text !== undefined).join(': ')}`;
}

function tags({ attack, cis }: Alert['rule']): string {
  const all = [...attack.map((technique) => `ATT&CK ${technique}`), ...cis.map((number) => `CIS ${number}`)];
  return all.length === 0 ? '' : `, ${all.join(', ')}`;
}

function withDetail(value: string, detail: string | undefined): string {
  return detail === undefined ? value : `${value} (${detail})`;
}

function oneLine(text: string): string {
  const line = inOneLine(text);
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE).toWellFormed()}…` : line;
}

function recordText({ record }: Alert): string {
  const text = JSON.stringify(record, undefined, 2).replaceAll(/[\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    inOneLine(character),
  );
  return text.length > MAX_RECORD
    ? `${text.slice(0, MAX_RECORD).toWellFormed()}\n… (the lake has all of it)`
    : text;
}
