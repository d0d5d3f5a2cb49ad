import { type Group, groupOf, KANA_LIKE, spell } from "./scripts.ts";
import {
  digitReads,
  enclosedLetter,
  type LetterRead,
  letterReads,
  spelledOut,
  symbolReads,
} from "./shapes.ts";

/**
 * What divides letters, weakest first: nothing but a change of script or dress, a mark (- . _ * 🍌), punctuation that
 * divides clauses, white space.
 */
export const GAP_KINDS = ["edge", "mark", "clause", "space"] as const;
export type GapKind = (typeof GAP_KINDS)[number];

/** What one character of a text is to the matcher. An invisible character is nothing at all. */
export type Atom =
  | {
      readonly type: "letter";
      /** What it may be read as, most likely first. Digits are read as themselves first. */
      readonly reads: readonly LetterRead[];
      /** As written: small, in the simplest spelling of its own script, no look-alike taken for another. */
      readonly written: LetterRead;
      /** A digit belongs to the group of its neighbours: null. */
      readonly group: Group | null;
      /** Goes on with the letter before it: a syllable's second jamo. */
      readonly inner: boolean;
      /** ⓐ, 🅰, 🇦, ª, ™: an ornament beside ordinary letters is no part of their word. */
      readonly ornament: boolean;
    }
  /** An accent, or a vowel sign: which of the two depends on the letter before it. */
  | { readonly type: "mark"; readonly mark: string }
  | {
      readonly type: "gap";
      readonly kind: GapKind;
      /** A symbol may be a letter instead (`$ex`). */
      readonly reads: readonly LetterRead[];
    };

/** Ignorable to Unicode, but seen as a blank. */
const BLANK = /[\u115f\u1160\u3164\uffa0]/u;
/** Tatweel is a letter to Unicode, and only a longer stroke. */
const INVISIBLE = /(?![\u115f\u1160\u3164\uffa0])[\p{Default_Ignorable_Code_Point}\p{Cf}\u0640]/u;
const MARK = /\p{M}/u;
const WORD_CHARACTER = /[\p{L}\p{N}]/u;
const ORDINARY = /(?![ªº])[\p{L}\p{Nd}]/u;
/** A long dash stands between words, as white space does. */
const SPACE = /[\s—―]/u;
/** Full stops and apostrophes stand inside words as well (`e.g.`, `don’t`, `c.a.t`). */
const CLAUSE = /\.\.|(?![.'‘’])["\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Terminal_Punctuation}]/u;
const HANGUL_TAIL = /[\u1161-\u11ff\ud7b0-\ud7fb]/u;

/** Not seen at all: dropped from every text. */
export function isInvisible(char: string): boolean {
  return INVISIBLE.test(char);
}

/** Seen as a blank, and no white space to Unicode. */
export function isBlank(char: string): boolean {
  return BLANK.test(char);
}

/** Takes one character (code point) apart. Never throws, also not on half a surrogate pair. */
export function atomsOf(char: string): readonly Atom[] {
  if (isBlank(char)) return [gapOf(char)];
  if (INVISIBLE.test(char)) return [];
  const enclosed = enclosedLetter(char.codePointAt(0) ?? 0);
  if (enclosed !== null) return [letterOf(enclosed, letterReads(enclosed), { ornament: true })];

  const parts = [...char.normalize("NFKD")];
  const isMark = parts.every((part) => MARK.test(part));
  if (!isMark && !parts.some((part) => WORD_CHARACTER.test(part))) return [gapOf(char)];
  const isModifier = parts[0] !== char && /\p{Lm}/u.test(char);
  const ornament = !ORDINARY.test(char) || isModifier;
  const isSyllable = parts.every((part) => groupOf(part) === "hangul");
  return parts.flatMap((part, at): readonly Atom[] => {
    if (MARK.test(part)) return [{ type: "mark", mark: part }];
    if (/\s/.test(part)) return [gapOf(part)];
    // The brackets of ⒜, the stroke of ½, the tatweel of ﹱ.
    if (!WORD_CHARACTER.test(part) || isInvisible(part)) return [];
    return letters(part, { ornament, inner: HANGUL_TAIL.test(char) || (isSyllable && at > 0) });
  });
}

interface Traits {
  readonly ornament: boolean;
  readonly inner?: boolean;
}

function letters(part: string, traits: Traits): readonly Atom[] {
  const digit = digitOf(part);
  if (digit !== null) return [{ ...letterOf(digit, digitReads(digit), traits), group: null }];
  const group = groupOf(part);
  if (group !== "alphabet")
    return spell(part.toLowerCase()).map((letter, at) => {
      const kana = KANA_LIKE.get(letter);
      const reads = [letter, ...(kana === undefined ? [] : [kana])].map((read) => ({
        letter: read,
        times: 1,
      }));
      const inner = traits.inner === true || (group === "hangul" && at > 0);
      return { ...letterOf(letter, reads, { ...traits, inner }), group };
    });
  const several = spelledOut(part);
  if (several !== "") return [...several].map((letter) => letterOf(letter, letterReads(letter), traits));
  return [letterOf(part, letterReads(part), traits)];
}

function letterOf(letter: string, reads: readonly LetterRead[], { ornament, inner = false }: Traits) {
  const small = letter.toLowerCase();
  return {
    type: "letter",
    reads,
    written: small === "ß" ? { letter: "s", times: 2 } : { letter: small === "ς" ? "σ" : small, times: 1 },
    group: "alphabet",
    inner,
    ornament,
  } as const;
}

function gapOf(char: string): Atom {
  return { type: "gap", kind: gapKind(char), reads: symbolReads(char) };
}

function gapKind(char: string): GapKind {
  if (SPACE.test(char)) return "space";
  // Some symbols (´) decompose to a space with a mark.
  return !/\p{S}/u.test(char) && CLAUSE.test(char.normalize("NFKD")) ? "clause" : "mark";
}

const DECIMAL = /\p{Nd}/u;

/** The ASCII digit of a decimal digit of any script, else null. Unicode keeps ten digits in a row, zero first. */
function digitOf(char: string): string | null {
  if (!DECIMAL.test(char)) return null;
  const code = char.codePointAt(0) ?? 0;
  let before = 0;
  while (before < 10 && DECIMAL.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
