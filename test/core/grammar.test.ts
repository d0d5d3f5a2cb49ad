import { describe, expect, it, test } from "vitest";
import {
  countCharacters,
  formatCommand,
  isBlank,
  MAX_TEXT_LENGTH,
  nearestRatio,
  parseText,
  readRatio,
  readRequest,
} from "../../src/core/grammar.ts";
import { ASPECT_RATIOS } from "../../src/core/model.ts";
import { FIXTURES, request } from "./grammar-fixtures.ts";

describe.each(Object.entries(FIXTURES))("%s", (_part, fixtures) => {
  test.each(fixtures.map((fixture) => [JSON.stringify(fixture.typed).slice(0, 100), fixture] as const))(
    "reads %s",
    (_name, fixture) => {
      expect(parseText(fixture.typed)).toEqual(fixture.means);
    },
  );
});

describe("lengths", () => {
  it("takes a prompt of 2,000 characters that are two code units each", () => {
    const prompt = "🎲".repeat(2000);
    expect(parseText(prompt)).toEqual({ type: "request", request: request(prompt) });
  });

  it("counts the characters of a prompt that is too long", () => {
    expect(parseText(`prompt:${"🎲".repeat(2001)} ar:1:1`)).toEqual({
      type: "problem",
      problem: { type: "prompt-too-long", characters: 2001 },
    });
  });

  it("counts the characters of a no that is too long", () => {
    expect(parseText(`a cat no:${"x".repeat(2001)}`)).toEqual({
      type: "problem",
      problem: { type: "no-too-long", characters: 2001 },
    });
  });

  it("reads no text that is longer than any command can be", () => {
    expect(parseText("x".repeat(MAX_TEXT_LENGTH + 1))).toEqual({
      type: "problem",
      problem: { type: "text-too-long", characters: MAX_TEXT_LENGTH + 1, most: MAX_TEXT_LENGTH },
    });
  });

  it("has room for the command of the longest request", () => {
    const longest = request('"'.repeat(2000), {
      no: '"'.repeat(2000),
      ratio: "16:9",
      seed: 2_147_483_647,
    });
    const command = formatCommand(longest);
    expect(countCharacters(command)).toBeLessThanOrEqual(MAX_TEXT_LENGTH);
    expect(parseText(command)).toEqual({ type: "request", request: longest });
  });

  it("counts a lone surrogate as one character", () => {
    expect(countCharacters("a\ud83c🎲\udfb2")).toBe(4);
  });
});

describe("formatCommand", () => {
  it("writes options without quotes where it can", () => {
    expect(formatCommand(request("a lighthouse at dusk", { ratio: "16:9", seed: 42, no: "people" }))).toBe(
      "/imagine prompt:a lighthouse at dusk ar:16:9 seed:42 no:people",
    );
  });

  it("leaves out the seed and the no that nobody gave", () => {
    expect(formatCommand(request("a cat"))).toBe("/imagine prompt:a cat ar:1:1");
  });

  it("quotes only the prompt when only the prompt needs it", () => {
    expect(formatCommand(request(' say "hi"', { no: "dogs" }))).toBe(
      '/imagine prompt:" say \\"hi\\"" ar:1:1 no:dogs',
    );
  });

  it("quotes only the no when only the no needs it", () => {
    expect(formatCommand(request("a cat", { no: "a seed:5" }))).toBe(
      '/imagine prompt:a cat ar:1:1 no:"a seed:5"',
    );
  });

  it("still writes a request that could not be asked for", () => {
    expect(formatCommand(request("", { no: "" }))).toBe('/imagine prompt:"" ar:1:1 no:""');
  });
});

describe("readRequest", () => {
  it("keeps white space around a prompt that came in an option of its own", () => {
    expect(readRequest({ prompt: " a cat ", no: null, ar: null, seed: null })).toEqual({
      type: "request",
      request: request(" a cat "),
    });
  });

  it("takes a no without visible characters for none", () => {
    expect(readRequest({ prompt: "a cat", no: " \u200b", ar: "3:2", seed: "-1" })).toEqual({
      type: "request",
      request: request("a cat", { ratio: "3:2" }),
    });
  });
});

describe("values", () => {
  it("reads each of the nine ratios", () => {
    expect(ASPECT_RATIOS.map(readRatio)).toEqual(ASPECT_RATIOS);
  });

  it("names the ratio nearest in shape", () => {
    expect(["2.35:1", "5:4", "9x20", "100:1", "1:0", "a:b"].map(nearestRatio)).toEqual([
      "3:1",
      "4:3",
      "9:16",
      "3:1",
      null,
      null,
    ]);
  });

  it("calls a text without visible characters blank", () => {
    expect(["", " \n\u00a0\u200b\u2060\u0000", "\u200fא", "."].map(isBlank)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
