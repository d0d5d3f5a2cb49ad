import { isBlank, isInvisible } from "./glyph.ts";
import type { Element, Letter, Span } from "./reading.ts";

/** A text as patterns see it, with the way back. */
export interface PlainText {
  readonly text: string;
  /** The part of the original that became this part (not empty) of the text. */
  spanOf(part: Span): Span;
}

/**
 * More marks than any letter of any language has. Composing is quadratic in the marks on one letter (measured:
 * 40,000 of them take a second), so it must not be left to the whole text.
 */
const MOST_MARKS = 8;
/** With the half-width voiced marks. */
const MARK = /[\p{M}\uff9e\uff9f]/u;
/** The further jamo of a syllable. */
const TAIL = /[\u1161-\u11ff\ud7b0-\ud7fb]/u;

/**
 * A text without what nobody sees: small letters, in usual width, accents composed with their letters, one space
 * for each run of white space, no invisible characters. Linear in the text.
 */
export function plainText(text: string): PlainText {
  const builder = new Builder();
  addPlain(builder, text, { from: 0, to: text.length });
  return builder.built();
}

/** A text without the characters that nobody sees, and with a space for each that is seen as one. */
export function visible(text: string): string {
  return [...text].map((char) => (isBlank(char) ? " " : isInvisible(char) ? "" : char)).join("");
}

/** Composing may bring forth what is left out, or composed further, the next time (ﹱ, ᄇㅏ): until it does not. */
export function untilSettled(text: string, write: (text: string) => string): string {
  const written = write(text);
  return written === text ? text : untilSettled(written, write);
}

/**
 * The plain text without accents, and with Latin letters for what looks like them in a word that has a Latin letter.
 * Letters of other words and scripts stay.
 * @param elements `readText(text)`
 */
export function bareText(text: string, elements: readonly Element[]): PlainText {
  const builder = new Builder();
  const withLatin = new Set(
    elements.flatMap((element) => (element.type === "letter" && isLatin(element) ? [element.piece] : [])),
  );
  let done = 0;
  for (const element of elements) {
    if (element.type === "letter" && element.group === "alphabet") {
      const read = withLatin.has(element.piece) ? element.reads[0] : undefined;
      const { letter, times } = read ?? element.written;
      builder.add(letter.repeat(times), element);
      // A character may be several elements.
    } else if (element.from >= done) addPlain(builder, text, element);
    done = element.to;
  }
  return builder.built();
}

function isLatin({ written }: Letter): boolean {
  return /\p{Script=Latin}/u.test(written.letter);
}

function addPlain(builder: Builder, text: string, { from, to }: Span): void {
  /** A letter with its marks, not composed yet. */
  let cluster = "";
  let marks = 0;
  let lastMark = "";
  let span: Span = { from, to: from };
  const flush = () => {
    if (cluster !== "") builder.add(small(cluster), span);
    cluster = "";
    marks = 0;
    lastMark = "";
  };
  let at = from;
  for (const char of text.slice(from, to)) {
    const end = at + char.length;
    // Some invisible characters are marks to Unicode, so they come first.
    if (isInvisible(char)) {
      at = end;
      continue;
    }
    if (/\s/.test(char) || isBlank(char)) {
      flush();
      builder.addSpace({ from: at, to: end });
    } else if (cluster !== "" && TAIL.test(char)) {
      cluster += char;
      span = { from: span.from, to: end };
    } else if (cluster !== "" && MARK.test(char)) {
      if (marks < MOST_MARKS && char !== lastMark) cluster += char;
      marks += 1;
      lastMark = char;
      span = { from: span.from, to: end };
    } else {
      flush();
      cluster = char;
      span = { from: at, to: end };
    }
    at = end;
  }
  flush();
}

function small(cluster: string): string {
  return cluster.normalize("NFKC").toLowerCase().replaceAll("ς", "σ").normalize("NFKC");
}

class Builder {
  readonly #parts: string[] = [];
  /** Where each unit of the text came from. */
  readonly #froms: number[] = [];
  readonly #tos: number[] = [];

  add(part: string, { from, to }: Span): void {
    this.#parts.push(part);
    for (let unit = 0; unit < part.length; unit += 1) {
      this.#froms.push(from);
      this.#tos.push(to);
    }
  }

  addSpace(span: Span): void {
    if (this.#parts.at(-1) === " ") this.#tos.splice(-1, 1, span.to);
    else this.add(" ", span);
  }

  built(): PlainText {
    return {
      text: this.#parts.join(""),
      spanOf: ({ from, to }) => ({ from: this.#froms[from] ?? 0, to: this.#tos[to - 1] ?? 0 }),
    };
  }
}
