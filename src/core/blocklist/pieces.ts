import type { Draft, DraftElement, Letter, Piece } from "./reading.ts";
import { ARABIC_ARTICLES } from "./scripts.ts";

type Letters = readonly Draft<Letter>[];

const LONGEST_ARTICLE = Math.max(...[...ARABIC_ARTICLES].map((article) => article.length));
const SMALL = /\p{Ll}/u;
const CAPITAL = /\p{Lu}/u;
const I_AS_L = new Map([["I", "l"]] as const);
const L_AS_I = new Map([["l", "i"]] as const);
const NO_STROKES = new Map<string, "i" | "l">();

/** Finds the pieces, and fills in what depends on a letter's neighbours. Time is linear. */
export function settlePieces(text: string, elements: readonly DraftElement[]): void {
  /** Pieces that stand alone, one after the other, with the same gap between them. */
  let row: Letters[] = [];
  let rowGap: string | null = null;
  let end = 0;
  let count = 0;
  const endRow = () => {
    for (const [before, letters] of row.entries())
      settle(text, letters, {
        isAlone: true,
        place: count - row.length + before,
        before,
        behind: row.length - 1 - before,
      });
    row = [];
    rowGap = null;
  };
  for (const letters of piecesOf(elements)) {
    const gap = text.slice(end, letters[0]?.from);
    end = letters.at(-1)?.to ?? end;
    if (!isAlone(letters)) {
      endRow();
      settle(text, letters, { isAlone: false, place: count, before: 0, behind: 0 });
      count += 1;
      continue;
    }
    const isOther = row.at(-1)?.[0]?.group !== letters[0]?.group;
    if (isOther || (rowGap !== null && rowGap !== gap)) endRow();
    if (row.length > 0) rowGap = gap;
    row.push(letters);
    count += 1;
  }
  endRow();
}

function* piecesOf(elements: readonly DraftElement[]): Generator<Letters> {
  let letters: Draft<Letter>[] = [];
  for (const element of elements) {
    if (element.type === "letter") letters.push(element);
    else if (letters.length > 0) {
      yield letters;
      letters = [];
    }
  }
  if (letters.length > 0) yield letters;
}

function isAlone(letters: Letters): boolean {
  const [first] = letters;
  // A syllable, or a letter made of two (œ).
  const isOne = letters.every(({ inner, from }) => inner || from === first?.from);
  return isOne || letters.every(({ inner, reads }) => !inner && reads[0]?.letter === first?.reads[0]?.letter);
}

function settle(text: string, letters: Letters, piece: Piece): void {
  const firstOther = letters.findIndex(({ isDigit }) => !isDigit);
  const lastOther = letters.findLastIndex(({ isDigit }) => !isDigit);
  const behindArticle = articleLength(letters);
  const strokes = strokesOf(text, letters);
  for (const [at, letter] of letters.entries()) {
    letter.piece = piece;
    // Digits around a word are no part of it (1girl, cat2), unless the entry has them.
    letter.starts = at === 0 || at === firstOther || at === behindArticle;
    letter.ends = at === letters.length - 1 || at === lastOther;
    const stroke = strokes.get(text.charAt(letter.from));
    if (stroke !== undefined) letter.reads = [...letter.reads, { letter: stroke, times: 1 }];
  }
}

/** How many letters of an Arabic word are the article; 0: there is none. */
function articleLength(letters: Letters): number {
  if (letters[0]?.group !== "arabic") return 0;
  for (let length = Math.min(LONGEST_ARTICLE, letters.length - 2); length > 1; length -= 1) {
    const start = letters.slice(0, length).map(({ written }) => written.letter);
    if (ARABIC_ARTICLES.has(start.join(""))) return length;
  }
  return 0;
}

/** In a word of small letters I passes for l, in one of capitals l for I: what these two may be besides. */
function strokesOf(text: string, letters: Letters): ReadonlyMap<string, "i" | "l"> {
  let smalls = false;
  let capitals = false;
  for (const { from } of letters) {
    const char = text.charAt(from);
    smalls ||= char !== "l" && SMALL.test(char);
    capitals ||= char !== "I" && CAPITAL.test(char);
  }
  if (smalls) return I_AS_L;
  return capitals ? L_AS_I : NO_STROKES;
}
