import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWords } from "../../src/core/grammar/parse.ts";
import { splitWords, type Word } from "../../src/core/grammar/words.ts";
import { countCharacters, formatCommand, isBlank, parseText, readRequest } from "../../src/core/grammar.ts";
import { ASPECT_RATIOS, type ImageRequest, MAX_SEED } from "../../src/core/model.ts";

/** Pieces that mean something to the grammar, so that random texts hit its corners. */
const piece = fc.constantFrom(
  ...[
    '"',
    "\\",
    '\\"',
    "“",
    "”",
    " ",
    "  ",
    "\n",
    "\t",
    "\u00a0",
    "\u200b",
    "\u200f",
    ":",
    "=",
    "：",
    ",",
    ".",
  ],
  ...["--", "—", "–", "-", "prompt:", "prompt: ", "ar:", "ar:16:9", "16:9", "16x9", "seed:", "seed:42", "42"],
  ...[
    "no:",
    "no: ",
    "--ar",
    "--seed",
    "--no",
    "--v",
    "--tile",
    "—v",
    "--foo",
    "help",
    "/imagine",
    "a",
    "cat",
  ],
  ...["🎲", "👩‍👧", "é", "מ", "\ud83c", "\udfb2", "\u0000", "https://x.y?seed:5"],
);
const hostile = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
const anyText = fc.oneof(
  { weight: 3, arbitrary: hostile },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
      .map((units) => String.fromCharCode(...units)),
  },
);
const words = anyText.filter((text) => !isBlank(text));
const anyRequest: fc.Arbitrary<ImageRequest> = fc.record({
  prompt: words,
  no: fc.option(words),
  ratio: fc.constantFrom(...ASPECT_RATIOS),
  seed: fc.option(fc.integer({ min: 1, max: MAX_SEED })),
  count: fc.constant(1),
});

describe("the grammar, for every text", () => {
  it("reads the command of a request as that request", () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(parseText(formatCommand(request))).toEqual({ type: "request", request });
      }),
      { numRuns: 3000 },
    );
  });

  it("never throws, and answers with a prompt that stands in the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseText(text);
        if (parsed.type !== "request" || text.includes("\\")) return;
        expect(text).toContain(parsed.request.prompt);
        expect(isBlank(parsed.request.prompt)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it("leaves a text without keys, dashes and white space at its ends alone", () => {
    const plain = anyText.filter(
      (text) =>
        !isBlank(text) &&
        text === text.trim() &&
        !/help|[-–—]|(prompt|ar|seed|no)\p{Cf}*[:=：]|^\/|^\?$/iu.test(text),
    );
    fc.assert(
      fc.property(plain, (text) => {
        expect(parseText(text)).toMatchObject({ type: "request", request: { prompt: text } });
      }),
    );
  });

  it("removes only the options behind a prompt, and the white space before them", () => {
    const plain = words.filter((text) => text === text.trim() && !/^\p{Cf}*(["“”„‟＂]|\s)/u.test(text));
    const space = fc.constantFrom(" ", "  ", "\n", "\u00a0");
    fc.assert(
      fc.property(plain, space, (text, gap) => {
        const parsed = parseText(`prompt:${text}${gap}seed:7`);
        if (parsed.type === "request" && parsed.request.seed === 7 && parsed.request.no === null) {
          expect(text.startsWith(parsed.request.prompt)).toBe(true);
        }
      }),
    );
  });

  it("never throws on any values of typed options", () => {
    const value = fc.option(anyText);
    fc.assert(
      fc.property(fc.record({ prompt: anyText, no: value, ar: value, seed: value }), (given) => {
        expect(["request", "problem"]).toContain(readRequest(given).type);
      }),
    );
  });

  it("counts characters as the iterator of strings does", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(countCharacters(text)).toBe([...text].length);
      }),
    );
  });
});

describe("the grammar's work", () => {
  const families: Readonly<Record<string, string>> = {
    "open quotes": 'no:"a ',
    "loose options": "ar: ",
    "firm options": "--ar 16:9 ",
    prompts: 'prompt:"a ',
    "bare words": "a ",
    "unquoted no": "no: a ",
    "unknown flags": "--foo bar ",
    "ratios in prose": "ar:16:9 and ",
  };

  it.each(Object.entries(families))("grows in step with the text: %s", (_name, unit) => {
    for (const times of [100, 1000]) {
      for (const text of [
        unit.repeat(times),
        `prompt:${unit.repeat(times)}`,
        `prompt:"${unit.repeat(times)}" ar:1:1`,
      ]) {
        const counted = countReads(splitWords(text));
        readWords(text, counted.words);
        expect(counted.reads()).toBeLessThanOrEqual(3 * counted.words.length + 20);
      }
    }
  });
});

/** The same words, with every look at one of them counted. */
function countReads(words: readonly Word[]): { words: readonly Word[]; reads: () => number } {
  let reads = 0;
  const counted = new Proxy(words, {
    get(target, key, receiver) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  return { words: counted, reads: () => reads };
}
