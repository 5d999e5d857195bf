import { foldCase } from './fold-case.ts';
import type { Wildcard } from './predicate.ts';

/** What stands between two `*`: texts, and characters that may be any. */
type Piece = readonly (string | typeof ANY_CHARACTER)[];
const ANY_CHARACTER = Symbol('any character');

/**
 * Whether all of a text fits. Greedy from left to right, each piece at its first place: that is right for `*`, and never goes back. With
 * `ignoreCase` the text is to be folded already.
 */
export function compileWildcard(pattern: Wildcard, ignoreCase = false): (text: string) => boolean {
  const pieces = piecesOf(pattern, ignoreCase);
  const [first = []] = pieces;
  const last = pieces.at(-1) ?? [];
  const middle = pieces.slice(1, -1);
  if (pieces.length === 1) return (text) => endOfPiece(first, text, 0) === text.length;
  const least = leastLength(last);
  return (text) => {
    let at = endOfPiece(first, text, 0);
    for (const piece of middle) {
      if (at < 0) return false;
      at = endOfFirst(piece, text, at);
    }
    if (at < 0) return false;
    if (last.length === 1 && typeof last[0] === 'string')
      return at + least <= text.length && text.endsWith(last[0]);
    return endsWith(last, text, at, least);
  };
}

function piecesOf(pattern: Wildcard, ignoreCase: boolean): Piece[] {
  const pieces: (string | typeof ANY_CHARACTER)[][] = [[]];
  for (const part of pattern) {
    if ('any' in part && part.any === 'text') pieces.push([]);
    else
      pieces.at(-1)?.push('any' in part ? ANY_CHARACTER : ignoreCase ? foldCase(part.literal) : part.literal);
  }
  return pieces;
}

/** Where the piece ends that starts at `at`; -1 if it doesn't start there. */
function endOfPiece(piece: Piece, text: string, at: number): number {
  let end = at;
  for (const part of piece) {
    if (part === ANY_CHARACTER) {
      const code = text.codePointAt(end);
      if (code === undefined) return -1;
      end += code > 0xffff ? 2 : 1;
    } else {
      if (!text.startsWith(part, end)) return -1;
      end += part.length;
    }
  }
  return end;
}

function endOfFirst(piece: Piece, text: string, from: number): number {
  const [start] = piece;
  for (let at = from; at <= text.length; at += 1) {
    if (typeof start === 'string') {
      at = text.indexOf(start, at);
      if (at < 0) return -1;
    }
    const end = endOfPiece(piece, text, at);
    if (end >= 0) return end;
  }
  return -1;
}

/** A character may be two units long, so that a piece ends at several distances from its start. */
function endsWith(piece: Piece, text: string, from: number, least: number): boolean {
  const most = least + piece.filter((part) => part === ANY_CHARACTER).length;
  for (let length = least; length <= most; length += 1) {
    const at = text.length - length;
    if (at >= from && endOfPiece(piece, text, at) === text.length) return true;
  }
  return false;
}

function leastLength(piece: Piece): number {
  return piece.reduce((sum, part) => sum + (part === ANY_CHARACTER ? 1 : part.length), 0);
}
