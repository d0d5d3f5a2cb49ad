import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageOf, inputFor, outputSchema, promptFor } from "../../src/fal/models.ts";
import { aRequest } from "../support/builders.ts";

/**
 * The most eager reader a model may have: takes JSON wherever it finds some, in the text itself or in a fence,
 * with Python's additions. Anything it understands that is not our own wrapping would change the meaning.
 */
function read(sent: string): { prompt: string; no: string | null } | "misread" {
  const fenced = /```(?:json)?([\s\S]*?)(?:```|$)/i.exec(sent)?.[1];
  const isWrapped = sent.startsWith('{"positive_prompt":');
  for (const text of isWrapped ? [sent] : [sent, fenced]) {
    if (text === undefined) continue;
    const value = parse(text.replace(/^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu, ""));
    if (value === undefined) continue;
    if (!isWrapped || typeof value !== "object" || value === null) return "misread";
    const { positive_prompt: prompt, negative_prompt: no } = value as Record<string, unknown>;
    return typeof prompt === "string" ? { prompt, no: typeof no === "string" ? no : null } : "misread";
  }
  return { prompt: sent, no: null };
}

function parse(text: string): unknown {
  if (["NaN", "Infinity", "-Infinity"].includes(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const JSON_LOOKING = [
  '{"positive_prompt":"a dog"}',
  '  {"positive_prompt":"a dog","negative_prompt":"cats"}',
  '\uFEFF{"positive_prompt":"a dog"}',
  '```json\n{"positive_prompt":"a dog"}\n```',
  'a cat ```{"positive_prompt":"a dog"}``` ',
  "```\n[1]\n```",
  "[1, 2]",
  "{ unfinished",
  '"a quoted cat"',
  "42",
  "-1.5e3",
  "true",
  "null",
  "NaN",
];
const JSON_LIKE = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.json(),
  fc
    .tuple(fc.constantFrom(" ", "\n", "\uFEFF", "\u0000", "\u200b", ""), fc.json())
    .map((parts) => parts.join("")),
  fc.json().map((value) => `\`\`\`json\n${value}\n\`\`\``),
  fc.tuple(fc.string(), fc.json()).map(([text, value]) => `${text}\`\`\`${value}\`\`\``),
  fc.constantFrom(...JSON_LOOKING),
);

describe("the prompt as the model reads it", () => {
  it("is exactly what was typed, whatever it looks like", () => {
    fc.assert(
      fc.property(JSON_LIKE, (prompt) => {
        expect(read(promptFor(prompt, null))).toEqual({ prompt, no: null });
      }),
      { numRuns: 2000 },
    );
  });

  it("carries what must not appear beside it", () => {
    fc.assert(
      fc.property(JSON_LIKE, fc.string({ minLength: 1 }), (prompt, no) => {
        expect(read(promptFor(prompt, no))).toEqual({ prompt, no });
      }),
    );
  });

  it.each(JSON_LOOKING)("wraps %j, which could be read as JSON", (prompt) => {
    expect(JSON.parse(promptFor(prompt, null))).toEqual({ positive_prompt: prompt });
  });

  it.each([
    "a red fox",
    "a fox (not {a dog})",
    "42 balloons",
    "it says 'hello'",
    "`code` on a wall",
    "🦊\n two lines ",
  ])("sends %j as typed", (prompt) => {
    expect(promptFor(prompt, null)).toBe(prompt);
  });

  it("is the JSON of both prompts when something must not appear", () => {
    expect(promptFor("a fox", "dogs")).toBe('{"positive_prompt":"a fox","negative_prompt":"dogs"}');
  });
});

describe("the model's input", () => {
  it("holds prompt, ratio and seed and nothing else", () => {
    const request = aRequest({ prompt: "a fox", ratio: "2:3" });
    expect(inputFor({ request, seed: 9 })).toEqual({ prompt: "a fox", aspect_ratio: "2:3", seed: 9 });
  });

  it.each([0, -1, 2_147_483_648, 1.5])("refuses the seed %d, which would not be the one we know", (seed) => {
    expect(() => inputFor({ request: aRequest(), seed })).toThrow();
  });
});

describe("the model's output", () => {
  it("needs nothing but an address", () => {
    const output = outputSchema.parse({ images: [{ url: "https://fal.media/a.png", width: null }] });
    expect(imageOf(output)).toEqual({
      url: "https://fal.media/a.png",
      width: null,
      height: null,
      contentType: null,
    });
  });

  it("is still a picture when its size makes no sense", () => {
    const output = outputSchema.parse({
      images: [{ url: "https://fal.media/a.png", width: "big", height: -1 }],
    });
    expect(imageOf(output)).toMatchObject({ width: null, height: null });
  });

  it.each([{}, { images: [{}] }, { images: [{ url: "" }] }, { images: null }, null])(
    "is none when it is %j",
    (value) => {
      expect(outputSchema.safeParse(value).success).toBe(false);
    },
  );
});
