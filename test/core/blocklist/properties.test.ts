import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileBlocklist, readEntry } from "../../../src/core/blocklist/blocklist.ts";
import { bareText, type PlainText, plainText } from "../../../src/core/blocklist/plain-text.ts";
import { readText } from "../../../src/core/blocklist/reading.ts";
import { FIXTURES } from "./fixtures/index.ts";
import { canonicalOf, listOf } from "./lists.ts";

/** Pieces that mean something to the matcher, so that random texts hit its corners. */
const piece = fc.constantFrom(
  ..."a b n i l I s t o 0 1 4 @ $ ! | . - _ / , ; \" ' ( ) ß œ ﬁ ﷺ ½ ⒜ ⓐ 🅰 🇦 ™ ª ² ´ é ñ đ İ ı ſ".split(" "),
  ..."а р г в Ν ν σ ς Σ ժ Ꭺ ǆ 香 貓 口 バ ﾊ ﾞ ー か 바 ㅂ ㅏ ᄇ ᅡ ᆫ แ ก ล้ ำ के ् ़ ँ ال م و ز ـ ﻣ ם מ בּ 1️⃣".split(
    " ",
  ),
  ...[
    " ",
    "  ",
    "\n",
    "\u3000",
    "\u00a0",
    "\u200b",
    "\u200d",
    "\u00ad",
    "\ufe0f",
    "\u202e",
    "\u3164",
    "\u115f",
  ],
  ...[
    "\u0301",
    "\u0323",
    "\u3099",
    "\u0e48",
    "\u0489",
    "\u20dd",
    "🍌",
    "👩‍👧",
    "\ud83c",
    "\udfb2",
    "\u0000",
    "\u{e0062}",
  ],
);
const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
      .map((units) => String.fromCharCode(...units)),
  },
);
const anyEntry = fc.oneof(
  anyText,
  anyText.map((text) => `/${text}/`),
);
const entries = FIXTURES.flatMap(({ blocked }) => blocked).filter((entry) => !entry.startsWith("/"));
const anyFixtureEntry = fc.constantFrom(...entries);

describe("whatever is typed", () => {
  it("never throws, and a hit is a piece of the text", () => {
    fc.assert(
      fc.property(
        fc.array(anyEntry, { maxLength: 5 }),
        fc.array(anyEntry, { maxLength: 2 }),
        anyText,
        (...given) => {
          const [blocked, allowed, text] = given;
          const { blocklist } = compileBlocklist({ blocked, allowed });
          const hit = blocklist.match(text);
          expect(hit === null || (hit.seen !== "" && text.includes(hit.seen))).toBe(true);
        },
      ),
    );
  });

  it("an entry is usable when it was read, and reads the same again", () => {
    fc.assert(
      fc.property(anyEntry, (typed) => {
        const read = readEntry(typed);
        if (!read.ok) return;
        expect(readEntry(read.canonical)).toEqual(read);
        const { unusable } = compileBlocklist({ blocked: [read.canonical], allowed: [read.canonical] });
        expect(unusable).toEqual([]);
      }),
    );
  });

  it("a word is found in itself", () => {
    fc.assert(
      fc.property(anyText, (typed) => {
        const read = readEntry(typed);
        if (!read.ok || read.kind === "pattern") return;
        const list = listOf([typed]);
        expect([typed, read.canonical].map((text) => list.match(text)?.entry)).toEqual([
          read.canonical,
          read.canonical,
        ]);
      }),
    );
  });

  it("every letter knows where it came from", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const elements = readText(text);
        let before = 0;
        for (const { type, from, to } of elements) {
          expect(from).toBeGreaterThanOrEqual(before);
          expect(to).toBeLessThanOrEqual(text.length);
          if (type !== "gap") expect(to).toBeGreaterThan(from);
          before = from;
        }
        for (const plain of [plainText(text), bareText(text, elements)]) expectWayBack(text, plain);
      }),
    );
  });
});

/** Each unit of a plain text comes from a part of the original that has it, and the parts are in order. */
function expectWayBack(text: string, plain: PlainText): void {
  let before = 0;
  for (let at = 0; at < plain.text.length; at += 1) {
    const { from, to } = plain.spanOf({ from: at, to: at + 1 });
    expect(from).toBeGreaterThanOrEqual(before);
    expect(to).toBeGreaterThan(from);
    const part = text.slice(from, to);
    const unit = plain.text.charAt(at);
    expect(plainText(part).text + bareText(part, readText(part)).text + plain.text).toContain(unit);
    before = from;
  }
}

describe("a hit stays a hit", () => {
  const invisible = fc.constantFrom(
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u202e",
    "\ufe0f",
  );

  it("with invisible characters anywhere", () => {
    const anyEvasion = fc.constantFrom(
      ...FIXTURES.flatMap(({ blocked, allowed, evasions }) => {
        const list = listOf(blocked, allowed);
        return evasions.map((text) => ({ list, text }));
      }),
    );
    fc.assert(
      fc.property(anyEvasion, invisible, fc.nat(), ({ list, text }, char, seed) => {
        const chars = [...text];
        const at = seed % (chars.length + 1);
        expect(list.match([...chars.slice(0, at), char, ...chars.slice(at)].join(""))).not.toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it.each(entries)("in capitals, in small, in full width and decomposed: %j", (entry) => {
    const list = listOf([entry]);
    const wide = entry.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
    const forms = [
      entry.toUpperCase(),
      entry.toLowerCase(),
      wide,
      entry.normalize("NFD"),
      entry.normalize("NFKD"),
    ];
    expect(forms.filter((form) => list.match(form) === null)).toEqual([]);
  });

  it("with accents on an entry that has none", () => {
    const accent = fc.integer({ min: 0x300, max: 0x36f }).map((code) => String.fromCodePoint(code));
    const plain = entries.filter(
      (entry) => entry.normalize("NFD") === entry && /^[\p{Script=Latin}\p{Script=Cyrillic} ]+$/u.test(entry),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...plain),
        fc.array(accent, { minLength: 1, maxLength: 20 }),
        (entry, accents) => {
          const text = [...entry].map((char, at) => char + (accents[at % accents.length] ?? "")).join("");
          expect(listOf([entry]).match(text)).not.toBeNull();
        },
      ),
    );
  });

  it("whatever stands around it", () => {
    fc.assert(
      fc.property(anyText, anyFixtureEntry, anyText, (before, entry, behind) => {
        expect(listOf([entry]).match(`${before} ${entry} ${behind}`)).not.toBeNull();
      }),
    );
  });

  it("with the same mark or blank between all its letters", () => {
    const between = fc.constantFrom(..." ,.,-,_,*,🍌,/,·, - ,  ,\n,~,•,👩‍👧".split(","));
    const words = entries.filter((entry) =>
      /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hebr}]+$/u.test(entry),
    );
    fc.assert(
      fc.property(fc.constantFrom(...words), between, (entry, mark) => {
        const list = listOf([entry]);
        const text = [...canonicalOf(entry)].join(mark);
        expect(list.match(text)).not.toBeNull();
        expect(list.match(`the ${text} there`)).not.toBeNull();
      }),
    );
  });
});

describe("a harmless text stays harmless", () => {
  it("whatever is made of letters that no entry has", () => {
    const harmless = fc.string({
      unit: fc.constantFrom(..."defhjkqruvxyzDEFHжэюяψξ한글水光 ,.-_🎨"),
      maxLength: 80,
    });
    const list = listOf(["banana", "cat", "кот", "猫", "바나나", "/ba+/"]);
    fc.assert(
      fc.property(harmless, (text) => {
        expect(list.match(text)).toBeNull();
      }),
    );
  });

  it("when an entry is only a part of its words", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."dfghkz"), minLength: 1, maxLength: 5 });
    const list = listOf(["banana", "cat", "кот"]);
    const word = fc.constantFrom("banana", "cat", "кот");
    fc.assert(
      fc.property(fc.array(fc.tuple(letters, word, letters), { maxLength: 8 }), (words) => {
        expect(list.match(words.map((parts) => parts.join("")).join(" "))).toBeNull();
      }),
    );
  });
});
