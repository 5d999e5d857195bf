/**
 * The form in which texts that differ in case alone are equal: letters whose upper and lower case are each other's become lower case. All
 * others stay as they are (`ß`, `ſ`, the Kelvin sign), for they have no one partner.
 */
export function foldCase(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : Array.from(text, foldLetter).join('');
}

// oxlint-disable-next-line no-control-regex -- all of ASCII is meant
const ASCII = /^[\0-\x7f]*$/;

function foldLetter(letter: string): string {
  const lower = letter.toLowerCase();
  return lower !== letter && lower.toUpperCase() === letter ? lower : letter;
}
