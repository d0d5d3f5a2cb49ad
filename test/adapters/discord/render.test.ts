import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCustomId, writeCustomId } from "../../../adapters/discord/custom-id.ts";
import { codeBlock, escapeText, lineMarkup, progressBar } from "../../../adapters/discord/markup.ts";
import { readAnswers, renderForm } from "../../../adapters/discord/modal.ts";
import { renderView } from "../../../adapters/discord/render.ts";
import { imagine } from "../../../commands/imagine.ts";
import type { View } from "../../../src/core/view.ts";
import { checkComponentsV2, lengthOf } from "../../support/discord/component-rules.ts";
import { checkModal } from "../../support/discord/modal-rules.ts";
import { readable } from "../../support/discord/seen.ts";
import { aDoneView, anAction, aPicture, aView, aWorkingView } from "../../support/views.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 0, 10);
const checked = (view: View) => checkComponentsV2(renderView(view, NOW).body.components);
const textOf = (view: View) => checked(view).text.map(readable).join("\n");

/** Prompts people would try: markup, mentions, links, code, JSON, other scripts. */
const prompts = fc
  .array(
    fc.constantFrom(
      "@everyone ",
      "<@123456789012345678>",
      "**",
      "__",
      "```",
      "`",
      "||",
      "~~",
      "# ",
      "> ",
      "- ",
      "1. ",
      "[a](https://x.test)",
      "<t:1:R>",
      "<:x:123>",
      "https://x.test/y",
      '{"a": "b_c"}',
      "\n",
      "\\",
      "🎲",
      "日本語",
      "fox ",
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((parts) => [...parts.join("")].slice(0, 2000).join(""));

describe("Showing a view on Discord", () => {
  it("shows every prompt verbatim, within Discord's rules, and allows no mention", () => {
    fc.assert(
      fc.property(prompts, (prompt) => {
        const view = aWorkingView({ prompt });
        expect(textOf(view)).toContain(prompt);
        expect(renderView(view, NOW).body.allowed_mentions).toEqual({ parse: [], replied_user: false });
      }),
    );
  });

  it("keeps every prompt inside one code block, whatever backticks it holds", () => {
    fc.assert(
      fc.property(prompts, (prompt) => {
        expect(codeBlock(prompt).split("```")).toHaveLength(3);
      }),
    );
  });

  it("makes any text in a line plain", () => {
    fc.assert(
      fc.property(prompts, (text) => {
        const escaped = escapeText(text);
        expect(readable(escaped)).toBe(text);
        expect(escaped).not.toMatch(/(?<!\\)(?:\\\\)*[*_~`|<>[\]#@]/);
      }),
    );
  });

  it.each(["x", "`", "🎲", "\n", "*"])("shows 2,000 times %j whole", (character) => {
    const prompt = character.repeat(2000);
    const view = aView({
      prompt,
      command: `/imagine prompt:${prompt}`,
      facts: [{ label: "Seed", value: "1" }],
    });
    expect(textOf(view)).toContain(prompt);
  });

  it("gives way around a long prompt: the command first, never the title", () => {
    const prompt = "p".repeat(2000);
    const facts = [{ label: "Without", value: "*".repeat(2000) }];
    const shown = textOf(aView({ prompt, facts, command: `/imagine prompt:${prompt}`, title: ["Done"] }));
    expect(shown).toContain(prompt);
    expect(shown).toContain("Done");
    expect(shown).not.toContain("/imagine");
  });

  it("shows the command for copying where there is room", async () => {
    const view = aDoneView(await aPicture());
    expect(textOf(view)).toContain("/imagine prompt:a red fox in fresh snow ar:16:9 seed:42");
  });

  it("cuts alt text at Discord's 1,024 characters and leaves blank alt text out", async () => {
    const long = renderView(aDoneView(await aPicture({ alt: "é".repeat(1500) })), NOW).body;
    expect(lengthOf(long.attachments[0]?.description ?? "")).toBe(1024);
    const blank = renderView(aDoneView(await aPicture({ alt: " " })), NOW).body;
    expect(blank.attachments[0]).not.toHaveProperty("description");
    expect(() => checkComponentsV2(long.components)).not.toThrow();
  });

  it("tells times by Discord's own clock, people without a ping, and jobs as links", () => {
    const line = lineMarkup([
      { type: "moment", at: 1_700_000_000_000 },
      " ",
      { type: "person", user: "123456789012345678", name: "Ana" },
      " ",
      { type: "job", jobId: "j", messageKey: "discord/@me/12/34", text: "this" },
      " ",
      { type: "code", text: "a`b" },
      " ",
      { type: "person", user: "U1", name: "*Ben*" },
    ]);
    expect(line).toBe(
      "<t:1700000000:R> <@123456789012345678> [this](https://discord.com/channels/@me/12/34) `aˋb` \\*Ben\\*",
    );
  });

  it("draws a bar that is never full before the end", () => {
    expect(progressBar(0, 100, 0)).toMatch(/^▱{12} 0%$/);
    expect(progressBar(0, 100, 50)).toContain("50%");
    expect(progressBar(0, 100, 1000)).toBe(`${"▰".repeat(12)} 97%`);
  });

  it("puts more than five buttons into rows", () => {
    const actions = (["reroll", "edit", "send-to-me", "delete", "retry", "cancel"] as const).map((intent) =>
      anAction({ intent }),
    );
    expect(checked(aView({ actions })).customIds.size).toBe(6);
  });
});

describe("What buttons and forms carry", () => {
  it("comes back as it was written, in at most 100 characters", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (question) => {
        const id = { type: "ask", intent: "delete", jobId: "abcdefghijkl", question } as const;
        const written = writeCustomId(id);
        expect(lengthOf(written)).toBeLessThanOrEqual(100);
        expect(readCustomId(written)).toMatchObject({ type: "ask", intent: "delete", jobId: "abcdefghijkl" });
      }),
    );
    const form = { type: "form", command: "imagine", parentId: null } as const;
    expect(readCustomId(writeCustomId(form))).toEqual(form);
    expect(readCustomId("somebody|elses")).toBeNull();
  });

  it("is a form by Discord's rules, even with long words in it", () => {
    const field = { required: true, multiline: true, choices: [], maxLength: 6000 };
    const form = renderForm({
      title: "t".repeat(80),
      submit: "Go",
      command: "imagine",
      parentId: "abcdefghijkl",
      fields: [
        { ...field, option: "prompt", label: "l".repeat(80), value: "v".repeat(6000) },
        {
          ...field,
          option: "ar",
          label: "Ratio",
          value: "1:1",
          choices: [{ label: "Square", value: "1:1" }],
        },
      ],
    });
    expect(() => checkModal(form)).not.toThrow();
  });

  it("turns a form's whole numbers into numbers and leaves everything else to the core", () => {
    const answers = { prompt: "12", seed: " 42 ", no: "" };
    expect(readAnswers(answers, imagine)).toEqual({ prompt: "12", seed: 42, no: "" });
    expect(readAnswers({ seed: "abc" }, imagine)).toEqual({ seed: "abc" });
    expect(readAnswers({ seed: "" }, imagine)).toEqual({ seed: "" });
  });
});
