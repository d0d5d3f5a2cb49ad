import unhomoglyph from "unhomoglyph";

/** A letter that a character may be read as, and how often: `ß` is `s` twice, or looks like one `b`. */
export interface LetterRead {
  readonly letter: string;
  readonly times: number;
}

const tableOf = (pairs: string): ReadonlyMap<string, string> =>
  new Map(
    pairs.split(" ").map((pair) => {
      const [from = "", ...to] = pair;
      return [from, to.join("")] as const;
    }),
  );

/**
 * Unicode's confusables lead to one prototype for all that looks alike. These prototypes are Latin letters after
 * all: small capitals, and letters with a hook or a stroke.
 */
const PROTOTYPES = tableOf(
  "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ȷj ᴋk ĸk ʟl ᴍm ʍm ɴn ᴏo ᴘp ꞯq ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ßb ƅb ɜ3 ȝ3 ƨs ϲc",
);

/**
 * Drawn for a Latin letter by whoever wants to hide or decorate a word, though nobody would mix them up: what the
 * "fancy text" pages make of a word, and what Unicode's list leaves out.
 */
const DRAWN_FOR = tableOf(
  [
    "Δa ∆a ∀a Λa Σe Ξe ∃e ∂d εe λl μu µu ςc χx ωw", // Greek and mathematics
    "дa Дa єe Єe иn Иn пn Пn яr Яr цu Цu шw Шw ҳx Ӿx ӏl ѵv", // Cyrillic
    "ǝe əe Ǝe Əe ɛe Ɛe ŋn Ŋn þp Þp ðd Ðd ɔc Ɔc ƈc ʄf ɧh ʝj Ⱡl ɬt ɾr ʑz Ⱬz ɐa ɹr ʇt ʎy ʞk ɟf ɥh ɯm ᴉi ʌv", // Latin
    "ժd ղn Թp Եt մu վy ძd ოm", // Armenian, Georgian
    "ⲁa ⲃb ⲇd ⲉe ⲏh Ⲓi ⲓi ⲗl ⲙm ⲛn ϥq ⲧt ⲩy ⲱw ⲭx ⲍz", // Coptic
    "ᗩa ᑕc ᗴe ᘜg ᑎn ᗝo ᑫq ᔕs ᗯw ᘔz ꓲi", // Canadian syllabics, Lisu
  ].join(" "),
);

/** Symbols that are read as a letter when they stand with letters, else as a mark between words. */
const SYMBOLS = tableOf("@a $s !il |il +t €e £l ₳a ฿b ₿b ₵c ₦n ₣f ₱p ₲g ₴s ©c ®r §s ¡i ¶p");

/** Digits that are read as letters too, first among them the digit itself. */
const DIGITS = tableOf("0o 1il 2z 3eз 4aч 5s 6bgб 7t 8b 9g");

/** Runs of enclosed letters which Unicode does not decompose: 🅐, 🅰, 🇦. */
const ENCLOSED_STARTS = [0x1f150, 0x1f170, 0x1f1e6];

const COMBINING = /\p{M}/gu;
const LETTERS_ONLY = /[^\p{L}\p{N}]/gu;

/** The Latin letter inside a circle, a square or a pair of flag letters; null: it is none. */
export function enclosedLetter(code: number): string | null {
  const start = ENCLOSED_STARTS.find((first) => code >= first && code < first + 26);
  return start === undefined ? null : String.fromCodePoint(0x61 + code - start);
}

/** What a symbol may be read as; empty: it is no letter's look-alike. */
export function symbolReads(symbol: string): readonly LetterRead[] {
  const letters = SYMBOLS.get(symbol) ?? DRAWN_FOR.get(symbol) ?? confusableOf(symbol) ?? "";
  // Unicode's prototype of every upright stroke is `l`; who draws one may mean `i`.
  return once(letters === "l" ? "il" : /^[a-z]+$/.test(letters) && letters.length <= 2 ? letters : "");
}

/** The reads of a digit, itself first. */
export function digitReads(digit: string): readonly LetterRead[] {
  return once(digit + (DIGITS.get(digit) ?? ""));
}

/**
 * What a letter of an alphabet may be read as, most likely first: the Latin letter it looks like *in this case*
 * (Ν as n, ν as v), else itself in small; then what it is drawn for.
 */
export function letterReads(letter: string): readonly LetterRead[] {
  const small = letter.toLowerCase() === "ς" ? "σ" : letter.toLowerCase();
  if (letter < "\u0080") return once(small);
  if (small === "ß")
    return [
      { letter: "s", times: 2 },
      { letter: "b", times: 1 },
    ];
  const shape = confusableOf(letter) ?? confusableOf(small) ?? small;
  const isOneLetter = [...shape].length === 1;
  // As above: Ι and Ӏ are l to Unicode. A small letter with the prototype l (ł) is one.
  const isStroke = shape === "l" && letter !== small;
  const likely = isStroke ? "il" : isOneLetter ? shape : small;
  return once(likely + (DRAWN_FOR.get(letter) ?? ""));
}

/** A Latin letter made of several, spelled out (æ, œ, ǳ): empty when it is not made of several. */
export function spelledOut(letter: string): string {
  if (letter < "\u0080" || !/[\p{Script=Latin}ӕӔ]/u.test(letter)) return "";
  const shape = confusableOf(letter) ?? "";
  return shape.length > 1 && /^[a-z]+$/.test(shape) ? shape : "";
}

/** The letters of Unicode's prototype, in small; null: the character has none but itself. */
function confusableOf(char: string): string | null {
  const prototype = unhomoglyph(char);
  if (prototype === char && !PROTOTYPES.has(char)) return null;
  const letters = prototype.normalize("NFKD").replace(COMBINING, "").replace(LETTERS_ONLY, "").toLowerCase();
  if (letters === "") return null;
  // Unicode's prototype of m.
  if (letters === "rn") return "m";
  return [...letters].map((letter) => PROTOTYPES.get(letter) ?? letter).join("");
}

function once(letters: string): readonly LetterRead[] {
  return [...new Set(letters)].map((letter) => ({ letter, times: 1 }));
}
