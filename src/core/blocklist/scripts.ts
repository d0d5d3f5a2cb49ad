/// <reference path="./opencc-js.d.ts" />
import traditionalToSimplified from "opencc-js/dict/TSCharacters";

/**
 * Scripts that behave alike. Letters of two groups never belong to one word; the alphabets that look like Latin
 * (Latin, Greek, Cyrillic, Armenian, Cherokee and every script not named here) are one group, because a word
 * that mixes them is the usual disguise.
 */
export type Group = "alphabet" | "arabic" | "hebrew" | "indic" | "hangul" | "cjk" | "southeast";

const GROUPS: readonly (readonly [Group, RegExp])[] = [
  ["arabic", /[\p{scx=Arab}\p{scx=Syrc}]/u],
  ["hebrew", /\p{scx=Hebr}/u],
  ["hangul", /\p{Script=Hangul}/u],
  ["cjk", /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Yiii}]/u],
  ["southeast", /[\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Java}\p{scx=Bali}]/u],
  [
    "indic",
    /[\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Thaa}]/u,
  ],
];

/** The group of a letter or of a mark that belongs to a script. */
export function groupOf(char: string): Group {
  if (char < "\u0590") return "alphabet";
  return GROUPS.find(([, members]) => members.test(char))?.[0] ?? "alphabet";
}

/** Written without spaces: an entry may begin and end anywhere. */
export function isUnspaced(group: Group): boolean {
  return group === "cjk" || group === "southeast";
}

/** Adds its endings without a space (바나나 + 를): an entry must begin a word, and may be followed by more letters. */
export function takesEndings(group: Group): boolean {
  return group === "hangul";
}

/** Has many words of one syllable: two syllables with a space between are two words (के ला). */
export function hasShortWords(group: Group): boolean {
  return group === "indic";
}

/** Nukta of the Indian scripts: often left out in writing. */
const NUKTA = /[\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc]/u;
const VOICED = /[\u3099\u309a]/u;

/**
 * Whether a mark is part of the spelling (a vowel sign, a tone, か + ゙) and not an accent that may be left out.
 * @param before the group of the letter it stands on; a mark on a letter of another script is decoration.
 */
export function isSpelling(mark: string, before: Group): boolean {
  if (before === "cjk") return VOICED.test(mark);
  if (before !== "indic" && before !== "southeast") return false;
  return groupOf(mark) === before && !NUKTA.test(mark) && !/\p{Script=Inherited}/u.test(mark);
}

/** "ab cde" as a table: each word's letters but the last are written like its last one. */
function writtenLike(words: string): ReadonlyMap<string, string> {
  return new Map(
    words.split(" ").flatMap((word) => {
      const letters = [...word];
      const last = letters.at(-1) ?? "";
      return letters.slice(0, -1).map((letter) => [letter, last] as const);
    }),
  );
}

const ONE_LETTER = writtenLike(
  [
    "ςσ", // Greek: the final sigma
    "ךכ םמ ןנ ףפ ץצ", // Hebrew: final letters
    "ٱا ىیېےي ةۃہھەۀه کڪك", // Arabic: forms that are typed for one another, and those of neighbouring languages
    "ँं", // Devanagari: candrabindu
    "ๅา", // Thai: the long stroke
  ].join(" "),
);

const SEVERAL: ReadonlyMap<string, string> = new Map([
  ["แ", "เเ"],
  // Hangul: vowels and final clusters made of two, so that single typed jamo spell the same.
  ..."ᅪᅩᅡ ᅫᅩᅢ ᅬᅩᅵ ᅯᅮᅥ ᅰᅮᅦ ᅱᅮᅵ ᅴᅳᅵ".split(" ").map((three) => [three.slice(0, 1), three.slice(1)] as const),
  // A final consonant (U+11A8 and on) is the same letter as an initial one.
  ..."ᄀ ᄁ ᄀᄉ ᄂ ᄂᄌ ᄂᄒ ᄃ ᄅ ᄅᄀ ᄅᄆ ᄅᄇ ᄅᄉ ᄅᄐ ᄅᄑ ᄅᄒ ᄆ ᄇ ᄇᄉ ᄉ ᄊ ᄋ ᄌ ᄎ ᄏ ᄐ ᄑ ᄒ"
    .split(" ")
    .map((initial, at) => [String.fromCodePoint(0x11a8 + at), initial] as const),
]);

const SIMPLIFIED: ReadonlyMap<string, string> = new Map(
  traditionalToSimplified.split("|").flatMap((pair) => {
    const [traditional, simplified] = pair.split(" ");
    return traditional && simplified ? [[traditional, simplified] as const] : [];
  }),
);

/**
 * A small letter as its own script spells it in the simplest way: katakana as hiragana, traditional Chinese as
 * simplified, final forms as usual ones, Hangul as single jamo. One letter mostly, sometimes two.
 */
export function spell(letter: string): readonly string[] {
  const several = SEVERAL.get(letter);
  if (several !== undefined) return [...several];
  const code = letter.codePointAt(0) ?? 0;
  const isKatakana = (code >= 0x30a1 && code <= 0x30f6) || code === 0x30fd || code === 0x30fe;
  if (isKatakana) return [String.fromCodePoint(code - 0x60)];
  return [ONE_LETTER.get(letter) ?? SIMPLIFIED.get(letter) ?? letter];
}

/** Han characters that pass for a kana (ロ as 口): read as either. */
export const KANA_LIKE: ReadonlyMap<string, string> = new Map(
  ["口ろ", "二に", "力か", "卜と", "八は", "夕た", "工え"].map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);

/** Arabic writes "the" (and "and", "with", "as", "for" before it) onto the word. */
export const ARABIC_ARTICLES: ReadonlySet<string> = new Set(
  ["", "و", "ف", "ب", "ك", "وب", "فب", "وك"].map((before) => `${before}ال`).concat("لل", "ولل", "فلل"),
);
