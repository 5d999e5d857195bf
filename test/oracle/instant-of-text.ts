/** Rule 7 of docs/lake.md: which texts are times, and the instant they mean. */

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?$/;

/** Epoch milliseconds, further digits cut; null where the text is no such time. */
export function instantOfText(text: string): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, date, time, decimals = '', sign, hours = '0', minutes = '0'] = match;
  const iso = `${date}T${time}.${decimals.padEnd(3, '0').slice(0, 3)}Z`;
  const local = Date.parse(iso);
  // Date.parse takes 30 February for 2 March and 24:00 for the next day; printed again, they differ.
  if (Number.isNaN(local) || new Date(local).toISOString() !== iso) return null;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? local + offset : local - offset;
}
