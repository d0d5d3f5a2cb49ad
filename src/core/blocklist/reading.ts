import { type Atom, atomsOf, GAP_KINDS, type GapKind } from "./glyph.ts";
import { settlePieces } from "./pieces.ts";
import { type Group, isSpelling, spell } from "./scripts.ts";
import type { LetterRead } from "./shapes.ts";

/** A place in the text that was read: UTF-16 units, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A place at which an entry stands. */
export interface Hit extends Span {
  /** The canonical entry. */
  readonly entry: string;
}

export interface Letter extends Span {
  readonly type: "letter";
  /** What it may be read as, most likely first; a digit as itself first. */
  readonly reads: readonly LetterRead[];
  readonly written: LetterRead;
  readonly group: Group;
  readonly isDigit: boolean;
  /** Goes on with the letter before it: a vowel sign, a syllable's second jamo. No entry begins with it. */
  readonly inner: boolean;
  /** ⓐ, 🅰, ª: beside ordinary letters it is a piece of its own. */
  readonly ornament: boolean;
  /** Accents it carries, a bit each. */
  readonly accents: number;
  readonly piece: Piece;
  /** Whether a word may begin here, and end here. */
  readonly starts: boolean;
  readonly ends: boolean;
}

/** Whatever stands between two pieces; an edge has no width. */
export interface Gap extends Span {
  readonly type: "gap";
  /** The strongest of its characters. */
  readonly kind: GapKind;
  /** How many visible characters it has. */
  readonly width: number;
}

/** A gap that may be a letter instead. */
export interface Sign extends Span {
  readonly type: "sign";
  readonly kind: GapKind;
  readonly width: 1;
  readonly reads: readonly LetterRead[];
}

export type Element = Letter | Gap | Sign;

/** Letters and digits with nothing between them. */
export interface Piece {
  /** One letter, or one letter again and again: it may be part of a word that was pulled apart. */
  readonly isAlone: boolean;
  /** How many pieces the text has before it. */
  readonly place: number;
  /** Of the pieces that stand alone in one row, with equal gaps: how many are before this one, how many behind. */
  readonly before: number;
  readonly behind: number;
}

export type Draft<T> = { -readonly [K in keyof T]: T[K] };
export type DraftElement = Draft<Letter> | Draft<Gap> | Draft<Sign>;

const ACCENTS = [
  ..."\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c",
  ..."\u030f\u0311\u031b\u0323\u0324\u0325\u0326\u0327\u0328\u032d\u032e\u0330\u0331\u0335\u0338",
];
const ACCENT_BITS: ReadonlyMap<string, number> = new Map(ACCENTS.map((accent, at) => [accent, 1 << at]));
/** Any mark that is no letter's usual accent. No entry asks for it. */
export const ODD_ACCENT = 1 << ACCENTS.length;

const NO_PIECE: Piece = { isAlone: false, place: 0, before: 0, behind: 0 };

/** Reads a text for the matcher. Time and space are linear in its length; never throws. */
export function readText(text: string): readonly Element[] {
  const elements: DraftElement[] = [];
  const known = new Map<string, readonly Atom[]>();
  let from = 0;
  for (const char of text) {
    const span = { from, to: from + char.length };
    let atoms = known.get(char);
    if (atoms === undefined) {
      atoms = atomsOf(char);
      known.set(char, atoms);
    }
    for (const atom of atoms) {
      if (atom.type === "letter") addLetter(elements, atom, span);
      else if (atom.type === "gap") addGap(elements, atom, span);
      else addMark(elements, atom.mark, span);
    }
    from = span.to;
  }
  settlePieces(text, elements);
  return elements;
}

function addLetter(elements: DraftElement[], atom: Atom & { readonly type: "letter" }, span: Span): void {
  const before = elements.at(-1);
  // A digit goes with whatever it stands beside.
  const group = atom.group ?? (before?.type === "letter" ? before.group : "alphabet");
  if (before?.type === "letter") {
    const changes = before.group !== group && !(before.isDigit && before.group === "alphabet");
    if (changes || before.ornament !== atom.ornament)
      elements.push({ type: "gap", from: span.from, to: span.from, kind: "edge", width: 0 });
  }
  elements.push(draftLetter(span, atom, group));
}

/** One literal, not spread together: it is made once for each letter of a text. */
function draftLetter(
  { from, to }: Span,
  { reads, written, inner, ornament, group: ownGroup }: Atom & { readonly type: "letter" },
  group: Group,
): Draft<Letter> {
  return {
    type: "letter",
    from,
    to,
    reads,
    written,
    group,
    isDigit: ownGroup === null,
    inner,
    ornament,
    accents: 0,
    piece: NO_PIECE,
    starts: false,
    ends: false,
  };
}

function addGap(
  elements: DraftElement[],
  { kind, reads }: Atom & { readonly type: "gap" },
  span: Span,
): void {
  const before = elements.at(-1);
  if (reads.length > 0) elements.push({ type: "sign", from: span.from, to: span.to, kind, width: 1, reads });
  else if (before?.type === "gap") {
    before.to = span.to;
    if (GAP_KINDS.indexOf(kind) > GAP_KINDS.indexOf(before.kind)) before.kind = kind;
    before.width += 1;
  } else elements.push({ type: "gap", from: span.from, to: span.to, kind, width: 1 });
}

function addMark(elements: DraftElement[], mark: string, span: Span): void {
  const before = elements.at(-1);
  // On a space or a symbol it is decoration.
  if (before?.type !== "letter") return;
  if (isSpelling(mark, before.group)) {
    // Candrabindu and anusvara are typed for one another.
    const written = { letter: spell(mark).join(""), times: 1 };
    // The same sign twice is seen as one.
    if (before.inner && before.written.letter === written.letter) return;
    const { group, ornament } = before;
    elements.push(
      draftLetter(span, { type: "letter", reads: [written], written, group, inner: true, ornament }, group),
    );
  } else {
    before.accents |= ACCENT_BITS.get(mark) ?? ODD_ACCENT;
    before.to = span.to;
  }
}
