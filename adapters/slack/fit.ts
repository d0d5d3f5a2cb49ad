import { type Line, plainLine } from "../../src/core/view.ts";
import { cut } from "./limits.ts";
import { type Kit, textPiece } from "./rich-text.ts";
import { escapeText } from "./text.ts";

/** One line of rich text. */
export type Row = readonly Kit[];

/** Longest line, characters. */
const LINE_TEXT = 1000;
/** Room for the words that tell how many lines are missing, characters. */
const MORE_TEXT = 30;

/** What rows take of a message's room: all their words and addresses, UTF-16 units. */
export function sizeOf(rows: readonly Row[]): number {
  const words = rows.flat().flatMap((piece) => Object.values(piece));
  return words.reduce<number>((sum, word) => sum + (typeof word === "string" ? word.length : 0), rows.length);
}

/** The rows that fit into `most`, from the top; a last one tells how many do not. */
export function fitRows(rows: readonly Row[], most: number): readonly Row[] {
  const whole = rows.map(cutRow).filter((row) => row.length > 0);
  const { kept, left } = topOf(whole, (row) => sizeOf([row]), most);
  return left === 0 ? kept : [...kept, textPiece(moreOf(left))];
}

/** Rows in groups of at most `most`, so that none is too long for one block. */
export function groupRows(rows: readonly Row[], most: number): readonly (readonly Row[])[] {
  const groups: Row[][] = [];
  let size = 0;
  for (const row of rows) {
    size += sizeOf([row]);
    const group = groups.at(-1);
    if (group !== undefined && size <= most) group.push(row);
    else {
      groups.push([row]);
      size = sizeOf([row]);
    }
  }
  return groups;
}

/** Lines as text without any style, at most `most` characters long, with the same words for what is missing. */
export function fitText(lines: readonly Line[], now: number, most: number): string {
  return fitStrings(lines, now, most, (text) => text);
}

/** The same for Slack's own markup, where it shows the very same words. */
export function fitMarkup(lines: readonly Line[], now: number, most: number): string {
  return fitStrings(lines, now, most, escapeText);
}

function fitStrings(
  lines: readonly Line[],
  now: number,
  most: number,
  write: (text: string) => string,
): string {
  const whole = lines.map((line) => write(cut(plainLine(line, now), LINE_TEXT))).filter(Boolean);
  const { kept, left } = topOf(whole, (text) => text.length + 1, most);
  return [...kept, ...(left === 0 ? [] : [moreOf(left)])].join("\n");
}

const moreOf = (left: number): string => `… and ${left} more`;

/** All of them if they fit; else as many from the top as leave room for saying so. */
function topOf<T>(
  all: readonly T[],
  size: (one: T) => number,
  most: number,
): { readonly kept: readonly T[]; readonly left: number } {
  const ends: number[] = [];
  for (const one of all) ends.push((ends.at(-1) ?? 0) + size(one));
  if ((ends.at(-1) ?? 0) <= most) return { kept: all, left: 0 };
  const kept = ends.filter((end) => end <= most - MORE_TEXT).length;
  return { kept: all.slice(0, kept), left: all.length - kept };
}

function cutRow(row: Row): Row {
  const kept: Kit[] = [];
  let room = LINE_TEXT;
  for (const piece of row) {
    const { text } = piece;
    if (typeof text === "string" && text.length > room) {
      if (room > 1) kept.push({ ...piece, text: cut(text, room) });
      return kept;
    }
    kept.push(piece);
    room -= typeof text === "string" ? text.length : 0;
  }
  return kept;
}
