/** Every double quote a keyboard produces; the straight one is the formatter's. */
const QUOTES = new Set([...'"“”„‟＂']);
const STRAIGHT = new Set(['"']);

/** A quoted value: without its quotes, and the offset behind the closing one. */
export interface Quoted {
  readonly value: string;
  readonly end: number;
}

/**
 * The quoted value that opens at `open`, up to the next quote that is not escaped; null when none opens or closes.
 * A straight quote is closed by a straight one, a curly one by any. An odd number of backslashes before a quote
 * escapes it, each pair of them is one backslash, and backslashes before anything else are ordinary characters:
 * so a person's own backslashes survive, and every text can be written.
 */
export function readQuoted(text: string, open: number): Quoted | null {
  const first = text.charAt(open);
  if (!QUOTES.has(first)) return null;
  const closers = STRAIGHT.has(first) ? STRAIGHT : QUOTES;
  const parts: string[] = [];
  let at = open + 1;
  while (at < text.length) {
    const slashes = backslashes(text, at);
    const mark = text.charAt(at + slashes);
    const behind = at + slashes + 1;
    if (!closers.has(mark)) {
      parts.push(text.slice(at, behind));
    } else {
      parts.push("\\".repeat(Math.floor(slashes / 2)));
      if (slashes % 2 === 0) return { value: parts.join(""), end: behind };
      parts.push(mark);
    }
    at = behind;
  }
  return null;
}

/** The text between straight quotes, such that `readQuoted` gives it back. */
export function quote(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const slashes = backslashes(text, at);
    const mark = text.charAt(at + slashes);
    // At the end of the text the closing quote comes next, so these backslashes count in pairs too.
    const beforeQuote = mark === '"' || mark === "";
    parts.push("\\".repeat(beforeQuote ? slashes * 2 : slashes), mark === '"' ? '\\"' : mark);
    at += slashes + 1;
  }
  return `"${parts.join("")}"`;
}

function backslashes(text: string, at: number): number {
  let count = 0;
  while (text.charAt(at + count) === "\\") count += 1;
  return count;
}
