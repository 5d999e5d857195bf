const EVENT_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?$/;

/**
 * Reads an event's time: ISO 8601 as CloudTrail writes it, and the forms exporters turn it into (a space for the `T`,
 * decimals, an offset, no zone at all, which is UTC). Returns milliseconds since the epoch, or undefined for anything
 * that is not a real moment between the years 0001 and 9999.
 */
export function parseEventTime(text: string): number | undefined {
  const match = EVENT_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, decimals = '', sign, offsetHour, offsetMinute] = match;
  const millis = Number(decimals.padEnd(3, '0').slice(0, 3));
  const local = new Date(0);
  // setUTCFullYear, unlike Date.UTC, doesn't take the years 0 to 99 for 1900 to 1999.
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  local.setUTCHours(Number(hour), Number(minute), Number(second), millis);
  // Date rolls 30 February over into March; such a time is malformed, not late.
  if (local.toISOString().slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`) {
    return undefined;
  }
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000;
  const instant = local.getTime() - (sign === '-' ? -offset : offset);
  const year4 = new Date(instant).getUTCFullYear();
  return year4 >= 1 && year4 <= 9999 ? instant : undefined;
}
