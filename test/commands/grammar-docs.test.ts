import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { imagine } from "../../commands/imagine.ts";
import { plainLine } from "../../src/core/view.ts";

/** The rows of the table under a heading of docs/grammar.md, each cell without its back-ticks. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const page = readFileSync(new URL("../../docs/grammar.md", import.meta.url), "utf8");
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`|`$/g, "")),
    );
}

describe("docs/grammar.md", () => {
  it("shows examples of both kinds", () => {
    expect(tableUnder("Painted").length).toBeGreaterThan(10);
    expect(tableUnder("Refused").length).toBeGreaterThan(5);
  });

  test.each(tableUnder("Painted"))("is right about %s", (text, prompt, ratio, seed, no) => {
    expect(imagine.interpret({ type: "text", text: text ?? "" })).toEqual({
      type: "imagine",
      request: { prompt, ratio, seed: seed ? Number(seed) : null, no: no ? no : null, count: 1 },
    });
  });

  test.each(tableUnder("Refused"))("is right that %s is refused", (text, sentence) => {
    const meaning = imagine.interpret({ type: "text", text: text ?? "" });
    expect(meaning.type).toBe("refuse");
    if (meaning.type === "refuse") expect(plainLine(meaning.view.title, 0)).toContain(sentence);
  });
});
