import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutLine } from "../../../adapters/discord/markup.ts";
import { renderView } from "../../../adapters/discord/render.ts";
import type { Line, View } from "../../../src/core/view.ts";
import { checkComponentsV2 } from "../../support/discord/component-rules.ts";
import { readable } from "../../support/discord/seen.ts";
import { aDoneView, anAction, aPicture, aView } from "../../support/views.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 0, 10);
const checked = (view: View) => checkComponentsV2(renderView(view, NOW).body.components);
const textOf = (view: View) => checked(view).text.map(readable).join("\n");
const words = (more: Partial<View> = {}) =>
  aView({ kind: "notice", jobId: null, prompt: null, title: ["Your pictures"], ...more });

/** A line of a history: when, a link to the reply, what was asked for. */
const entry = (n: number, prompt = `a fox number ${n}`): Line => [
  { type: "moment", at: NOW - n * 60_000 },
  " ",
  {
    type: "job",
    jobId: `job-${n}`,
    messageKey: "discord/111111111111111111/222222222222222222/333333333333333333",
    text: prompt,
  },
];
const entries = (count: number, prompt?: string) =>
  Array.from({ length: count }, (_, n) => entry(n + 1, prompt));

describe("Long private answers on Discord", () => {
  it("show 25 lines whole, each with its link", () => {
    const [text = ""] = checked(words({ lines: entries(25) })).text;
    expect(text.split("\n")).toHaveLength(26);
    expect(text.match(/\]\(https:\/\/discord\.com\/channels\/1{18}\/2{18}\/3{18}\)/g)).toHaveLength(25);
    expect(text).not.toContain("more");
  });

  it("end at a line's end with how many more there are", () => {
    const [text = ""] = checked(words({ lines: entries(100) })).text;
    const lines = text.split("\n");
    expect(lines.at(-1)).toBe(`… and ${100 - (lines.length - 2)} more`);
    expect(lines.length).toBeGreaterThan(25);
    for (const line of lines.slice(1, -1))
      expect(line).toMatch(/^<t:\d+:R> \[a fox number \d+\]\(https:.*\)$/);
  });

  it("cut a line that is too long by itself, not its markup", () => {
    const lines: Line[] = [entry(1, "*".repeat(2000)), ["the next"]];
    const [text = ""] = checked(words({ lines })).text;
    expect(text).toMatch(/\\\*…\]\(https:[^)]*\)\nthe next$/);
  });

  it("list their facts one under the other, and keep at least the first of too many", () => {
    const facts = Array.from({ length: 80 }, (_, n) => ({
      label: `Limit ${n}`,
      value: "20 of 100 ".repeat(9),
    }));
    const few = textOf(words({ facts: facts.slice(0, 3), lines: entries(3) }));
    expect(few.split("\n").filter((line) => line.startsWith("Limit"))).toHaveLength(3);
    const many = textOf(words({ facts, lines: entries(60) }));
    expect(many).toMatch(/^Limit 0/m);
    expect(many.match(/^… and \d+ more$/gm)).toHaveLength(2);
  });

  it("give facts the room that lines leave", () => {
    const facts = [{ label: "Words", value: "w".repeat(3500) }];
    expect(textOf(words({ facts, lines: [["one"]] }))).toContain("w".repeat(3500));
  });

  it("have as many buttons as Discord takes in one message", () => {
    const actions = Array.from({ length: 60 }, (_, n) =>
      anAction({ jobId: `job-${n}`, intent: "send-to-me" }),
    );
    const totals = checked(words({ actions, facts: [{ label: "a", value: "b" }] }));
    expect(totals.count).toBeLessThanOrEqual(40);
    expect(totals.customIds.size).toBeGreaterThanOrEqual(25);
  });

  it("stay within Discord's limits whatever is in them", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 700 }),
      fc.record({
        type: fc.constantFrom("strong" as const, "code" as const),
        text: fc.string({ maxLength: 700 }),
      }),
      fc.constant({ type: "person" as const, user: "123456789012345678", name: "Ana" }),
    );
    const line = fc.array(piece, { maxLength: 4 });
    const fact = fc.record({
      label: fc.string({ minLength: 1, maxLength: 60 }),
      value: fc.string({ maxLength: 2000 }),
    });
    const views = fc.record({
      title: fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces): Line => ["T", ...pieces]),
      lines: fc.array(line, { maxLength: 40 }),
      facts: fc.array(fact, { maxLength: 30 }),
      prompt: fc.oneof(
        fc.constant(null),
        fc.string({ minLength: 1, maxLength: 2000 }),
        fc.constant("`".repeat(2000)),
      ),
      command: fc.oneof(fc.constant(null), fc.string({ minLength: 1, maxLength: 2000 })),
    });
    fc.assert(
      fc.property(views, (view) => {
        const { prompt } = view;
        const shown = checked(words(view)).text.map(readable).join("\n");
        if (prompt !== null) expect(shown).toContain(prompt);
      }),
      { numRuns: 60 },
    );
  });
});

describe("Cutting a line", () => {
  it("keeps times and people, ends in an ellipsis, and drops what follows", () => {
    const line: Line = ["abc", { type: "moment", at: 1 }, { type: "strong", text: "defg" }, "hij"];
    expect(cutLine(line, 6)).toEqual(["abc", { type: "moment", at: 1 }, { type: "strong", text: "de…" }]);
    expect(cutLine(line, 10)).toEqual(line);
  });
});

describe("Hidden pictures and files on Discord", () => {
  it("hide a picture until somebody clicks it, and only that one", async () => {
    const hidden = renderView(aDoneView(await aPicture({ spoiler: true })), NOW).body;
    expect(JSON.stringify(hidden.components)).toContain('"spoiler":true');
    expect(() => checkComponentsV2(hidden.components)).not.toThrow();
    const open = renderView(aDoneView(await aPicture()), NOW).body;
    expect(JSON.stringify(open.components)).not.toContain("spoiler");
  });

  it.each([
    ["my pictures.json", "my_pictures.json"],
    ["../../etc/passwd", "etc_passwd"],
    ["..", "file.txt"],
    ["Bilder für Zoë 🎲.txt", "Bilder_f_r_Zo_.txt"],
    [`${"a".repeat(200)}.json`, `${"a".repeat(95)}.json`],
  ])("name the file %j safely", (fileName, safe) => {
    const document = { fileName, contentType: "text/plain", text: "t" };
    const { body, uploads } = renderView(words({ documents: [document] }), NOW);
    expect(uploads.map((one) => one.fileName)).toEqual([safe]);
    expect(body.attachments).toEqual([{ id: "0", filename: safe }]);
    expect(checkComponentsV2(body.components).attachments).toEqual(new Set([safe]));
  });
});
