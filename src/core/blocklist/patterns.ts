import { RE2JS, RE2JSException, RE2JSSyntaxException, RE2Set } from "re2js";
import { type PlainText, untilSettled, visible } from "./plain-text.ts";
import type { Hit } from "./reading.ts";

/*
 * Patterns run on RE2, which follows all ways to match at once and never goes back: its time grows with the text,
 * whatever the pattern. What cannot be done that way (looking around, referring back to a group) it has not got.
 */

/** Time also grows with the pattern: `(x{1,30}y?){1,30}` has 1,900 instructions, and takes 20 times too long. */
const MOST_INSTRUCTIONS = 300;
const FLAGS = RE2JS.CASE_INSENSITIVE;
/** The default, 8 MiB, is much for each of many small lists. Beyond it RE2 is slower, and still linear. */
const MOST_CACHE_BYTES = 2 ** 20;
const LOOKS_AROUND = /\(\?<?[=!]/;
const REFERS_BACK = /\\[1-9]|\\k</;
const WORD_CHARACTERS = /[\p{L}\p{M}\p{N}]+/gu;

export type PatternRead =
  | { readonly ok: true; readonly source: string }
  | { readonly ok: false; readonly problem: string };

/** Reads what stands between the slashes. Letters in it are written as the texts are: composed, usual width. */
export function readPattern(typed: string): PatternRead {
  const source = untilSettled(typed, (text) =>
    visible(text.replace(WORD_CHARACTERS, (letters) => letters.normalize("NFKC"))),
  );
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(source, FLAGS);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { ok: false, problem: problemOf(source, error) };
  }
  if (pattern.programSize() > MOST_INSTRUCTIONS)
    return {
      ok: false,
      problem: "This pattern is too large. Use smaller counts in {…}, or make it several entries.",
    };
  if (pattern.test(""))
    return { ok: false, problem: "This pattern matches an empty text, so it would stop every prompt." };
  return { ok: true, source };
}

function problemOf(source: string, error: RE2JSException): string {
  if (LOOKS_AROUND.test(source))
    return "A pattern cannot look ahead or behind ((?=…), (?!…), (?<=…), (?<!…)). Write it without.";
  if (REFERS_BACK.test(source)) return "A pattern cannot refer back to a group (\\1). Write it without.";
  const why = error instanceof RE2JSSyntaxException ? error.getDescription() : error.message;
  return `This pattern cannot be read: ${why}.`;
}

export type PatternSearch = (text: PlainText, onHit: (hit: Hit) => "more" | "enough") => void;

/**
 * Finds patterns in a text: one pass tells which of them are in it, then each of these is looked for from left to
 * right until its hits are `enough`. Where they are is told by the original text.
 * @param sources by canonical entry; all have been read before
 */
export function createPatternSearch(sources: ReadonlyMap<string, string>): PatternSearch {
  const set = new RE2Set(RE2Set.UNANCHORED, FLAGS, MOST_CACHE_BYTES);
  const patterns = [...sources].map(([entry, source]) => {
    set.add(source);
    return { entry, pattern: RE2JS.compile(source, FLAGS) };
  });
  set.compile();
  return (plain, onHit) => {
    if (plain.text === "") return;
    for (const at of set.match(plain.text)) {
      const found = patterns[at];
      if (found === undefined) continue;
      const matcher = found.pattern.matcher(plain.text);
      while (matcher.find()) {
        // A match of no width (\b) is as good as the character behind it.
        const from = Math.min(matcher.start(), plain.text.length - 1);
        const span = plain.spanOf({ from, to: Math.max(matcher.end(), from + 1) });
        if (onHit({ ...span, entry: found.entry }) === "enough") break;
      }
    }
  };
}
