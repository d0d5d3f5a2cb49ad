import { describe, expect, it } from "vitest";
import { listOf } from "./lists.ts";

const seen = (pattern: string, text: string) => listOf([pattern]).match(text)?.seen ?? null;

describe("a pattern", () => {
  it("is found anywhere, also inside a word", () => {
    expect(seen("/cat/", "concatenate")).toBe("cat");
    expect(seen("/\\bcat\\b/", "concatenate")).toBeNull();
    expect(seen("/\\bcat\\b/", "a cat.")).toBe("cat");
  });

  it("sees a text in small letters, in usual width, without what nobody sees", () => {
    expect(seen("/cat/", "C\u200bＡ\u00adT")).toBe("C\u200bＡ\u00adT");
    expect(seen("/CAT/", "cat")).toBe("cat");
    expect(seen("/hot dog/", "hot \n\t dog")).toBe("hot \n\t dog");
    expect(seen("/^cat$/", "cat")).toBe("cat");
    expect(seen("/fish/", "ﬁsh")).toBe("ﬁsh");
    expect(seen("/привет/", "ПРИВЕТ")).toBe("ПРИВЕТ");
    expect(seen("/λόγος/", "ΛΌΓΟΣ")).toBe("ΛΌΓΟΣ");
  });

  it("sees accents as they are written, and the text without them", () => {
    expect(seen("/café/", "CAFE\u0301")).toBe("CAFE\u0301");
    expect(seen("/café/", "cafe")).toBeNull();
    expect(seen("/cafe/", "café")).toBe("café");
    expect(seen("/c.fe/", "ca\u0301\u0316\u0489fé")).toBe("ca\u0301\u0316\u0489fé");
  });

  it("sees Latin letters for what looks like them, in a word with a Latin letter", () => {
    expect(seen("/banana/", "bаnаnа")).toBe("bаnаnа");
    expect(seen("/banana/", "Ьαոаna")).toBe("Ьαոаna");
    expect(seen("/banana/", "🅱🅰🅽🅰🅽🅰")).toBe("🅱🅰🅽🅰🅽🅰");
    expect(seen("/pot/", "рот")).toBeNull();
    expect(seen("/рот/", "рот")).toBe("рот");
    expect(seen("/oeuf/", "œuf")).toBe("œuf");
  });

  it("sees other scripts as they are written", () => {
    expect(seen("/바나[나너]/", "바나나".normalize("NFD"))).toBe("바나나".normalize("NFD"));
    expect(seen("/バ+ナナ/", "ﾊﾞﾅﾅ")).toBe("ﾊﾞﾅﾅ");
    expect(seen("/香.蕉/", "香的蕉")).toBe("香的蕉");
    expect(seen("/🍌{2}/", "🍌\ufe0f🍌")).toBe("🍌\ufe0f🍌");
    expect(seen("/กล้วย/", "กล้วย")).toBe("กล้วย");
    expect(seen("/केला/", "के\u200dला é")).toBe("के\u200dला");
  });

  it("is not helped by digits, signs or spaces between letters: it says itself what it means", () => {
    for (const text of ["c4t", "c@t", "c a t", "c-a-t", "caaat"]) expect(seen("/cat/", text)).toBeNull();
    expect(seen("/c[a4@]+t/", "c4@t")).toBe("c4@t");
  });

  it("stops wherever it matches, also with no width", () => {
    expect(seen("/\\b/", "cat")).toBe("c");
  });

  it("is found among many, each by its own name", () => {
    const patterns = Array.from({ length: 100 }, (_, at) => `/w${at}x+/`);
    const list = listOf(patterns);
    expect(list.match("w57xx w3xx")).toEqual({ entry: "/w57x+/", seen: "w57xx" });
    expect(list.match("w5 w57 w57y")).toBeNull();
  });
});

describe("a mark on a letter", () => {
  it("is composed with it only as far as a language needs: composing is quadratic in the marks on one letter", () => {
    const zalgo = `c${"\u0301\u0323".repeat(5000)}at`;
    expect(listOf(["/c.{0,8}at/"]).match(zalgo)?.seen).toBe(zalgo);
    expect(listOf(["cat"]).match(zalgo)?.seen).toBe(zalgo);
  });
});
