import { describe, expect, it } from "vitest";
import { MAX_ENTRY_LENGTH, readEntry } from "../../../src/core/blocklist/blocklist.ts";

describe("an entry", () => {
  it.each([
    ["cat", "word", "cat"],
    ["  Cat ", "word", "cat"],
    ["ＣＡＴ", "word", "cat"],
    ["c\u200bat\u00ad", "word", "cat"],
    ["Ça va", "phrase", "ça va"],
    ["e\u0301te\u0301", "word", "été"],
    ["two   Words", "phrase", "two words"],
    ["two\twords\n", "phrase", "two words"],
    ["t-shirt", "word", "t-shirt"],
    ["rock'n'roll", "word", "rock'n'roll"],
    ["AT&T", "word", "at&t"],
    ["14/88", "word", "14/88"],
    ["Кошка", "word", "кошка"],
    ["ΛΌΓΟΣ", "word", "λόγοσ"],
    ["ﾊﾞﾅﾅ", "word", "バナナ"],
    ["香蕉", "word", "香蕉"],
    ["מַיִם", "word", "מַיִם"],
    ["/ban+ana/", "pattern", "/ban+ana/"],
    ["/Ban+ana/i", "pattern", "/Ban+ana/"],
    [" /a b/ ", "pattern", "/a b/"],
    ["/ｃａｔ?/", "pattern", "/cat?/"],
    ["/🍆/", "pattern", "/🍆/"],
    ["/cafe\u0301/", "pattern", "/café/"],
    ["/c\u200bat/", "pattern", "/cat/"],
  ])("%j is the %s %j", (typed, kind, canonical) => {
    expect(readEntry(typed)).toEqual({ ok: true, kind, canonical });
    expect(readEntry(canonical)).toEqual({ ok: true, kind, canonical });
  });

  it.each([
    ["", "needs a letter"],
    [" ", "needs a letter"],
    ["\u200b", "needs a letter"],
    ["-", "needs a letter"],
    ["🍌", "as a pattern"],
    ["ban*", "as a pattern"],
    ["a$$", "as a pattern"],
    ["c@t", "as a pattern"],
    ["cat, dog", "as a pattern"],
    ["cat!", "as a pattern"],
    ["cat🍌", "as a pattern"],
    ["/imagine", "between two slashes"],
    ["//", "between two slashes"],
    ["/ /", "between two slashes"],
    ["/cat/g", "between two slashes"],
    ["/(cat/", "cannot be read"],
    ["/[z-a]/", "cannot be read"],
    ["/cat(?=s)/", "look ahead or behind"],
    ["/(?<!the )cat/", "look ahead or behind"],
    ["/(a)\\1/", "refer back"],
    ["/a*/", "empty text"],
    ["/^|cat/", "empty text"],
    ["/(x{1,30}y?){1,30}z/", "too large"],
    ["/a{2000}/", "cannot be read"],
    ["x".repeat(MAX_ENTRY_LENGTH + 1), "at most 200 characters"],
    [`/${"x".repeat(MAX_ENTRY_LENGTH)}/`, "at most 200 characters"],
    ["ﷺ".repeat(20), "at most 200 characters"],
  ])("%j is refused: %s", (typed, part) => {
    const read = readEntry(typed);
    expect(read.ok ? read : read.problem).toContain(part);
  });

  it("may have as many characters as it says, whatever they are", () => {
    expect(readEntry("x".repeat(MAX_ENTRY_LENGTH)).ok).toBe(true);
    expect(readEntry("𝐱".repeat(MAX_ENTRY_LENGTH)).ok).toBe(true);
  });
});
