/** What no instant is. */
export const NO_INSTANT: f64 = -Infinity;

const DAY: f64 = 86_400_000;

/** Milliseconds since the epoch of a time as CloudTrail writes it, `2023-07-10T21:15:27Z`; `NO_INSTANT` for any other form, and for a moment that there wasn't. */
export function instantOf(text: u32, length: u32): f64 {
  if (length != 20) return NO_INSTANT;
  const year = number(text, 4);
  const month = number(text + 5, 2);
  const day = number(text + 8, 2);
  const hour = number(text + 11, 2);
  const minute = number(text + 14, 2);
  const second = number(text + 17, 2);
  if (
    load<u8>(text, 4) != 0x2d ||
    load<u8>(text, 7) != 0x2d ||
    load<u8>(text, 10) != 0x54 ||
    load<u8>(text, 13) != 0x3a ||
    load<u8>(text, 16) != 0x3a ||
    load<u8>(text, 19) != 0x5a
  )
    return NO_INSTANT;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return NO_INSTANT;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return NO_INSTANT;
  return f64(daysBefore(year, month, day)) * DAY + f64(((hour * 60 + minute) * 60 + second) * 1000);
}

/** So many decimal digits; -1 if one isn't. */
function number(text: u32, digits: u32): i32 {
  let value = 0;
  for (let i: u32 = 0; i < digits; i += 1) {
    const digit = i32(load<u8>(text + i)) - 0x30;
    if (u32(digit) > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days from 1970-01-01, in the Gregorian calendar however early. Years count from March, so that the day of a leap year is their last one. */
function daysBefore(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 9 : month - 3;
  const leapDays = y / 4 - y / 100 + y / 400;
  return 365 * y + leapDays + (153 * m + 2) / 5 + day - 1 - 719_468;
}
