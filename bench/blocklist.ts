import { compileBlocklist } from "../src/core/blocklist/blocklist.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** What a kind of text took, by its length. */
export interface BlocklistKind {
  readonly kind: string;
  /** Longest last; each but the first is twice the one before it. Processor time, ms. */
  readonly times: readonly { readonly characters: number; readonly cpuMs: number }[];
  /** How many times as long twice the text took: the mean of the doublings. */
  readonly doubling: number;
}

/** Something naive, made longer until it took too long. */
export interface NaiveResult {
  readonly characters: number;
  readonly ms: number;
}

export interface BlocklistResult {
  readonly kinds: readonly BlocklistKind[];
  /** A long prompt and a long list, as they are at work. */
  readonly prompt: {
    readonly entries: number;
    readonly characters: number;
    readonly compileMs: number;
    /** Wall time of a match, ms, with words only and with patterns only. */
    readonly wordsMs: Spread;
    readonly patternsMs: Spread;
  };
  /** `(a+)+$` with the language's own RegExp, which goes back. */
  readonly regExp: NaiveResult;
  /** Marks on one letter, composed by the language's own `normalize`. */
  readonly normalize: NaiveResult;
}

export interface BlocklistOptions {
  /** Each kind and length is matched again until it has had so much processor time; the quickest time counts. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

const LONGEST = 1_000_000;
const DOUBLINGS = 3;
const SHORTEST = 10_000;
const PROMPT = 2000;
const ENTRIES = 1000;
const PATIENCE_MS = 500;

/** Hostile texts: what each repeats. The list has entries that each of them nearly is, again and again. */
const HOSTILE: Readonly<Record<string, string>> = {
  "look-alikes": "вαŋ𝐚ɳ🅰",
  "combining marks": "a\u0301\u0323\u0302\u0316",
  "marks on one letter": "\u0301\u0323",
  "invisible characters": "\u200b\u00ad",
  "near misses": "banan ab.ab.abc-ab_",
  "single letters": "b a n a n ",
  "letters and signs of two meanings": "1l|I! ",
  "Han characters": "香炉",
  "Hangul syllables": "바나",
  "hits that are allowed": "banana split ",
  "pattern bombs": "a",
};
/** So that `(a+)+$` comes to nothing. */
const END = "!";

const BLOCKED = [
  ...[
    "banana",
    "cat",
    "hot dog",
    "ababababababc",
    `${"a".repeat(60)}b`,
    "lil",
    "illi",
    "lill",
    "ilil",
    "香蕉",
    "바나나",
  ],
  ...["/(a+)+$/", "/(a|aa)+b$/", "/(.*a){20}b/", "/([a-z]+)*!z/", "/(x{1,9}y?){1,9}z/"],
];

/** Measures the matcher itself, in this process: no bot, no network, no cap on the length of a prompt. */
export async function measureBlocklist({ budgetMs, signal }: BlocklistOptions): Promise<BlocklistResult> {
  const { blocklist } = compileBlocklist({
    blocked: BLOCKED,
    allowed: ["banana split", "/bananas? s/"],
  });
  const match = (text: string) => {
    signal.throwIfAborted();
    blocklist.match(text);
  };
  const kinds: BlocklistKind[] = [];
  for (const [kind, unit] of Object.entries(HOSTILE)) {
    const lengths = Array.from({ length: DOUBLINGS + 1 }, (_, at) => LONGEST / 2 ** (DOUBLINGS - at));
    const times = [SHORTEST, ...lengths].map((characters) => {
      const text = filled(unit, characters - 1) + END;
      return { characters, cpuMs: quickest(budgetMs, () => match(text)) };
    });
    const [from, to] = [times[1]?.cpuMs ?? 0, times.at(-1)?.cpuMs ?? 0];
    kinds.push({ kind, times, doubling: (to / from) ** (1 / DOUBLINGS) });
    // Lets a signal in between.
    await new Promise(setImmediate);
  }
  return {
    kinds,
    prompt: measurePrompt(),
    regExp: untilTooLong(8, 2, (characters) => /(a+)+$/.test(`${"a".repeat(characters - 1)}!`)),
    normalize: untilTooLong(1000, 1000, (characters) => filled("\u0301\u0323", characters).normalize("NFKC")),
  };
}

function measurePrompt(): BlocklistResult["prompt"] {
  const words = Array.from({ length: ENTRIES }, (_, at) => wordOf(at));
  const patterns = words.map((word) => `/\\b${word.slice(0, 2)}[a-z]*${word.slice(2)}+q/`);
  const prompt = filled("a red fox in the snow, oil on canvas, c l o s e up, s0ft light, höhe 8k, ", PROMPT);
  const began = performance.now();
  const { blocklist } = compileBlocklist({ blocked: words, allowed: [] });
  const compileMs = performance.now() - began;
  const withPatterns = compileBlocklist({ blocked: patterns, allowed: [] }).blocklist;
  const spread = (act: () => void) => spreadOf(Array.from({ length: 100 }, () => wallMs(act)));
  return {
    ...{ entries: ENTRIES, characters: PROMPT, compileMs },
    wordsMs: spread(() => blocklist.match(prompt)),
    patternsMs: spread(() => withPatterns.match(prompt)),
  };
}

/** A word that no other number has, of letters that are common in English. */
function wordOf(number: number): string {
  const letters = "etaoinshrdlu";
  let word = "zq";
  for (let rest = number + 12 ** 3; rest > 0; rest = Math.floor(rest / 12))
    word = `${letters.charAt(rest % 12)}${word}`;
  return word;
}

function filled(unit: string, characters: number): string {
  return unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
}

/** Processor time of this process: on a machine that others use it is steadier than the clock. */
function cpuMs(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function quickest(budgetMs: number, act: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let spent = 0; spent < budgetMs; ) {
    const took = cpuMs(act);
    best = Math.min(best, took);
    spent += Math.max(took, 1);
  }
  return best;
}

function wallMs(act: () => void): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}

function untilTooLong(first: number, step: number, act: (characters: number) => void): NaiveResult {
  for (let characters = first; ; characters += step) {
    const ms = wallMs(() => act(characters));
    if (ms > PATIENCE_MS) return { characters, ms };
  }
}
