import { readPattern } from "./patterns.ts";
import { plainText, untilSettled, visible } from "./plain-text.ts";
import { readText } from "./reading.ts";

/** One entry as an owner typed it. */
export type EntryKind = "word" | "phrase" | "pattern";

export type EntryRead =
  | {
      readonly ok: true;
      readonly kind: EntryKind;
      /** The entry as it is stored and shown. Reading it again gives the same. */
      readonly canonical: string;
    }
  | {
      readonly ok: false;
      /** One plain sentence for the owner. */
      readonly problem: string;
    };

/** Characters an entry may have. */
export const MAX_ENTRY_LENGTH = 200;

const TOO_LONG: EntryRead = { ok: false, problem: `An entry has at most ${MAX_ENTRY_LENGTH} characters.` };
const PATTERN = /^\/(.*)\/i?$/su;
/** What may stand between the letters of a word. Anywhere between them, that is: it is not compared. */
const BETWEEN = /^[\s\-‐‑–'‘’._·・&/\u05be]*$/u;

/**
 * Reads an entry of the blocklist or of the allowlist: `cat` is a word, `two words` a phrase, `/regular expression/`
 * a pattern.
 */
export function readEntry(typed: string): EntryRead {
  const trimmed = visible(typed).trim();
  if (isTooLong(trimmed)) return TOO_LONG;
  // A slash in full width becomes one.
  const read = /^[/／]/.test(trimmed) ? readPatternEntry(trimmed) : readWords(trimmed);
  // Some characters are many when they are written plainly (ﷺ).
  return read.ok && isTooLong(read.canonical) ? TOO_LONG : read;
}

function isTooLong(entry: string): boolean {
  return [...entry].length > MAX_ENTRY_LENGTH;
}

function readWords(trimmed: string): EntryRead {
  const canonical = untilSettled(trimmed, (text) => plainText(text).text.trim());
  const elements = readText(canonical);
  if (!elements.some(({ type }) => type === "letter"))
    return {
      ok: false,
      problem: "An entry needs a letter or a digit. Write a symbol or an emoji as a pattern: /🍌/.",
    };
  const others = elements.filter(({ type }) => type !== "letter");
  if (!others.every(({ from, to }) => BETWEEN.test(canonical.slice(from, to))))
    return {
      ok: false,
      problem:
        "A word or phrase has only letters, digits, spaces, hyphens, dots and apostrophes. " +
        "Write anything else as a pattern: /cat[!?]/.",
    };
  return { ok: true, kind: /\s/u.test(canonical) ? "phrase" : "word", canonical };
}

function readPatternEntry(trimmed: string): EntryRead {
  const body = PATTERN.exec(trimmed)?.[1] ?? "";
  if (body.trim() === "")
    return {
      ok: false,
      problem: "A pattern stands between two slashes: /ban+ana/. Upper and lower case are the same.",
    };
  const pattern = readPattern(body);
  return pattern.ok ? { ok: true, kind: "pattern", canonical: `/${pattern.source}/` } : pattern;
}

/** The source of a canonical pattern. */
export function sourceOf(canonical: string): string {
  return canonical.slice(1, -1);
}
