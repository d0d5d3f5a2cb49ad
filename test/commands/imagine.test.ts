import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { imagine } from "../../commands/imagine.ts";
import type { CommandMeaning } from "../../src/core/command.ts";
import { formatCommand } from "../../src/core/grammar.ts";
import { ASPECT_RATIOS } from "../../src/core/model.ts";
import { plainLine } from "../../src/core/view.ts";
import { request } from "../core/grammar-fixtures.ts";

type Options = Readonly<Record<string, string | number | boolean>>;

const typed = (text: string) => imagine.interpret({ type: "text", text });
const chosen = (options: Options) => imagine.interpret({ type: "options", action: null, options });

/** The refusal's sentence and example. */
function refused(meaning: CommandMeaning): { sentence: string; example: string } {
  if (meaning.type !== "refuse") throw new Error(`not a refusal but ${meaning.type}`);
  const { title, lines } = meaning.view;
  return { sentence: plainLine(title, 0), example: lines.map((line) => plainLine(line, 0)).join("\n") };
}

describe("/imagine with typed options", () => {
  test.each<[string, Options, ReturnType<typeof request>]>([
    ["a prompt alone", { prompt: "a cat" }, request("a cat")],
    [
      "every option",
      { prompt: "a cat", ar: "16:9", seed: 42, no: "dogs" },
      request("a cat", { ratio: "16:9", seed: 42, no: "dogs" }),
    ],
    ["a prompt with white space at its ends", { prompt: " a cat " }, request(" a cat ")],
    ["option words as part of the prompt", { prompt: "a cat --ar 16:9" }, request("a cat --ar 16:9")],
    ["the prompt help", { prompt: "help" }, request("help")],
    ["seed 0", { prompt: "a cat", seed: 0 }, request("a cat")],
    ["seed -1", { prompt: "a cat", seed: -1 }, request("a cat")],
    [
      "a form's strings",
      { prompt: "a cat", ar: "3:2", seed: " 7 ", no: "" },
      request("a cat", { ratio: "3:2", seed: 7 }),
    ],
    ["a form's empty fields", { prompt: "a cat", ar: "", seed: "", no: " " }, request("a cat")],
    ["another way to write a ratio", { prompt: "a cat", ar: "16x9" }, request("a cat", { ratio: "16:9" })],
  ])("takes %s", (_name, options, expected) => {
    expect(chosen(options)).toEqual({ type: "imagine", request: expected });
  });

  test.each<[string, Options, RegExp]>([
    ["no prompt", {}, /prompt is empty/],
    ["a blank prompt", { prompt: " \u200b" }, /prompt is empty/],
    ["a prompt that is no text", { prompt: 5 }, /option prompt must be text/],
    ["a no that is no text", { prompt: "a cat", no: true }, /option no must be text/],
    ["a fraction as seed", { prompt: "a cat", seed: 4.2 }, /seed “4\.2” is not a whole number/],
    [
      "an endless seed",
      { prompt: "a cat", seed: Number.POSITIVE_INFINITY },
      /seed “Infinity” is not a whole/,
    ],
    ["a yes as seed", { prompt: "a cat", seed: true }, /seed “true” is not a whole number/],
    ["a seed too large", { prompt: "a cat", seed: 2 ** 31 }, /seed “2147483648” is out of range/],
    ["an option of an older registration", { prompt: "a cat", style: "oil" }, /no option “style”/],
    ["a ratio that is none", { prompt: "a cat", ar: "tall" }, /“tall” is not a ratio I know/],
  ])("refuses %s", (_name, options, sentence) => {
    expect(refused(chosen(options)).sentence).toMatch(sentence);
  });
});

describe("/imagine with text", () => {
  it("reads the text by the grammar", () => {
    expect(typed("a cat --ar 16:9 no:dogs")).toEqual({
      type: "imagine",
      request: request("a cat", { ratio: "16:9", no: "dogs" }),
    });
  });

  test.each([
    ["a cat ar:17:9", "The ratio “17:9” is not one of the nine", "/imagine a lighthouse at dusk ar:16:9"],
    ["a cat ar:wide", "“wide” is not a ratio I know: choose one of 3:1, 16:9", "ar:16:9"],
    ["a cat seed:abc", "The seed “abc” is not a whole number", "seed:42"],
    ["a cat seed:99999999999", "a whole number from 1 to 2,147,483,647", "seed:42"],
    ["a cat ar:1:1 ar:3:2", "The option ar is there twice", "ar:16:9"],
    ["a cat --ar 1:1 prompt:b", "The option prompt is there twice", "prompt:"],
    ["prompt:", "The prompt is empty", "/imagine a lighthouse"],
    ["a cat --ar 1:1 --prompt", "The prompt is empty", "/imagine a lighthouse"],
    ["a cat seed:", "The option seed has no value", "seed:42"],
    ["yes or no: the musical", "I cannot tell whether “no:” is an option", "no:people"],
    ["a cat --no", "The option no has no value", "no:people"],
    ["a cat --v 6", "There is no option “--v” here, only ar, seed and no", 'prompt:"'],
    ["a cat --ar 1:1 in a hat", "move “--ar” to the end", "--ar 16:9"],
    ["x".repeat(2345), "The prompt has 2,345 characters, and 2,000 is the most.", "/imagine"],
    [`a cat no:${"x".repeat(2001)}`, "The option no has 2,001 characters, and 2,000 is the most.", "no:"],
    ["x ".repeat(9000), "The command has 18,000 characters, and 8,192 is the most.", "/imagine"],
  ])("refuses %.40s with a sentence and an example", (text, sentence, example) => {
    const answer = refused(typed(text));
    expect(answer.sentence).toContain(sentence);
    expect(answer.example).toContain(example);
  });

  it("gives only examples that work", () => {
    const wrong = [
      "prompt:",
      "a ar:5:1",
      "a ar:x",
      "a seed:x",
      "a --no",
      "a ar:",
      "a ar:1:1 ar:1:1",
      "a --v 6",
      "a --ar 1:1 b",
    ];
    const twice = [
      "a --ar 1:1 prompt:b",
      "a seed:1 seed:1",
      "a no:b no:c",
      "x".repeat(2001),
      `a no:${"x".repeat(2001)}`,
    ];
    for (const text of [...wrong, ...twice]) {
      const { example } = refused(typed(text));
      expect([text, typed(example).type]).toEqual([text, "imagine"]);
    }
  });

  it("repeats what was typed on one short line without invisible characters", () => {
    const { sentence } = refused(typed(`a cat ar:\u202e@everyone\u0007${"🎲".repeat(100)}\ud83c`));
    expect(sentence).toContain(`“@everyone ${"🎲".repeat(19)}…”`);
    expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it("never throws, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(["imagine", "say", "refuse"]).toContain(typed(text).type);
      }),
    );
  });

  it("asks for the same by a request's command as by its options", () => {
    const wanted = request('say "hi"\n--ar 1:1', { ratio: "2:3", seed: 9, no: "a: b" });
    expect(typed(formatCommand(wanted))).toEqual(
      chosen({ prompt: wanted.prompt, ar: wanted.ratio, seed: 9, no: "a: b" }),
    );
  });
});

describe("/imagine help", () => {
  const text = (meaning: CommandMeaning) =>
    meaning.type === "say"
      ? [meaning.view.title, ...meaning.view.lines].map((line) => plainLine(line, 0))
      : [];

  it.each(["", " ", "help", "HELP", "--help"])("is what %j gets, privately", (words) => {
    expect(typed(words)).toMatchObject({ type: "say", view: { kind: "notice", jobId: null, prompt: null } });
  });

  it("fits on one screen", () => {
    const lines = text(typed("help"));
    expect(lines.length).toBeLessThanOrEqual(14);
    expect(lines.join("\n").length).toBeLessThanOrEqual(1500);
  });

  it("names every option, every ratio, the emoji, the buttons and where prompts go", () => {
    const all = text(typed("help")).join("\n");
    const options = imagine.options.map((option) => option.name);
    for (const word of [
      ...options,
      ...ASPECT_RATIOS,
      "🎲",
      "🔁",
      "🔄",
      "❌",
      "✉️",
      "Buttons",
      "Cancel",
      "fal.ai",
    ]) {
      expect(all).toContain(word);
    }
  });

  it("shows only examples that work", () => {
    const meaning = typed("help");
    const lines = meaning.type === "say" ? meaning.view.lines.flat() : [];
    const examples = lines.flatMap((piece) =>
      typeof piece !== "string" && piece.type === "code" && piece.text !== "/imagine help"
        ? [piece.text]
        : [],
    );
    expect(examples.length).toBeGreaterThan(2);
    for (const example of examples) expect([example, typed(example).type]).toEqual([example, "imagine"]);
  });
});
