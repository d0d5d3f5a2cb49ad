export type OptionName = "prompt" | "ar" | "seed" | "no";

/** A word that looks like an option. */
export interface OptionWord {
  /** Null: none of ours. */
  readonly name: OptionName | null;
  /** As typed, dashes included, without its value. */
  readonly typed: string;
  /** Where the value begins in the text; null when it is not in this word. */
  readonly valueAt: number | null;
  /** `loose`: an option only when options alone follow it. `firm`: nobody would mean it as text, so it ends the prompt. */
  readonly hold: "loose" | "firm";
}

/** A run of characters without white space; offsets in the text, `end` exclusive. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly option: OptionWord | null;
}

const KEYS: ReadonlyMap<string, OptionName> = new Map<string, OptionName>([
  ["prompt", "prompt"],
  ["ar", "ar"],
  ["aspect", "ar"],
  ["seed", "seed"],
  ["no", "no"],
]);

/** Parameters of Midjourney, which many people type by habit: https://docs.midjourney.com, "Parameter List". */
const MIDJOURNEY = new Set(
  (
    "bs c chaos creative cref cw draft dref dw exp fast hd iw niji oref ow p personalize profile public q quality " +
    "r raw relax repeat s sameseed sref stealth stop style stylize sv sw test testp tile turbo upanime upbeta " +
    "uplight v version video w weird"
  ).split(" "),
);

/**
 * Invisible characters are let by wherever a keyboard or a paste leaves them. Each part excludes the first
 * character of the next, so a word that does not match is given up in linear time.
 */
const OPTION = /^\p{Cf}*(?<dashes>[-‐‑‒–—―−]{0,3})(?<key>[a-z][\w-]{0,31})\p{Cf}*(?:(?<sign>[:=：＝])|$)/iu;

/** What is found where there is no word: behind every text, and no option. */
const NOTHING: Word = { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY, option: null };

/** The word at an index, or one behind every text. */
export function wordAt(words: readonly Word[], index: number): Word {
  return words[index] ?? NOTHING;
}

/** The words of a text, each with the option it looks like. */
export function splitWords(text: string): readonly Word[] {
  return Array.from(text.matchAll(/\S+/gu), (match) => {
    const start = match.index;
    const end = start + match[0].length;
    return { start, end, option: optionOf(match[0], start) };
  });
}

function optionOf(word: string, start: number): OptionWord | null {
  const match = OPTION.exec(word);
  if (match?.groups === undefined) return null;
  const dashes = String(match.groups["dashes"]);
  const key = String(match.groups["key"]).toLowerCase();
  const name = KEYS.get(key) ?? null;
  const typed = `${dashes}${key}`;
  const valueAt = /^\p{Cf}*$/u.test(word.slice(match[0].length)) ? null : start + match[0].length;

  if (dashes === "") {
    return name !== null && match.groups["sign"] !== undefined
      ? { name, typed, valueAt, hold: "loose" }
      : null;
  }
  // A single hyphen is a bullet or a minus, never an option.
  if (/^[-‐‑]$/u.test(dashes)) return null;
  if (name !== null) return { name, typed, valueAt, hold: "firm" };
  // Long dashes are prose ("—Oscar Wilde") unless a phone made one of a Midjourney parameter's two hyphens.
  if (MIDJOURNEY.has(key)) return { name, typed, valueAt, hold: dashes === "--" ? "firm" : "loose" };
  return dashes === "--" ? { name, typed, valueAt, hold: "loose" } : null;
}

/**
 * For each word, and for the end of the text, whether everything from there on is options: rule 2's "longest end".
 * Read from the end, each word once.
 */
export function optionRuns(words: readonly Word[]): readonly boolean[] {
  const runs: boolean[] = new Array<boolean>(words.length + 1).fill(false);
  runs[words.length] = true;
  for (let at = words.length - 1; at >= 0; at -= 1) {
    const { option } = wordAt(words, at);
    if (option === null) continue;
    runs[at] = option.hold === "firm" || option.name === "no" || looseRun(option, words, runs, at);
  }
  return runs;
}

function looseRun(option: OptionWord, words: readonly Word[], runs: readonly boolean[], at: number): boolean {
  if (option.name === "prompt") return false;
  const afterWord = runs[at + 1] === true;
  if (option.valueAt !== null || afterWord) return afterWord;
  return wordAt(words, at + 1).option === null && runs[at + 2] === true;
}
