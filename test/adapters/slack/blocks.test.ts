import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf } from "../../../adapters/slack/blocks.ts";
import { modalOf, readForm } from "../../../adapters/slack/form.ts";
import { homeView } from "../../../adapters/slack/home.ts";
import { linePieces } from "../../../adapters/slack/rich-text.ts";
import { commands } from "../../../commands/index.ts";
import { INTENTS } from "../../../src/core/model.ts";
import type { Line, Piece, View, ViewAction, ViewImage } from "../../../src/core/view.ts";
import { blockErrors, tooLong } from "../../support/slack/blocks.ts";
import { list, str } from "../../support/slack/fields.ts";
import { pingsOf, readText } from "../../support/slack/reader.ts";
import { aView } from "../../support/views.ts";

const NOW = 1_800_000_000_000;
const context = { now: NOW, workspaceUrl: "https://testers.slack.com/", people: "named" } as const;

/** Words that are markup somewhere. */
const words = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    "",
    "<!channel>",
    "<@U0ADA>",
    "*b* _i_ ~s~ `c`",
    "&amp; <https://x|y>",
    ":tada:",
    "a\nb",
    "🦊".repeat(1000),
  ),
  fc.string({ minLength: 1500, maxLength: 2500 }),
);
const piece: fc.Arbitrary<Piece> = fc.oneof(
  words,
  fc.record({ type: fc.constant("strong" as const), text: words }),
  fc.record({ type: fc.constant("code" as const), text: words }),
  fc.record({ type: fc.constant("moment" as const), at: fc.integer({ min: NOW - 1e7, max: NOW + 1e7 }) }),
  fc.record({ type: fc.constant("person" as const), user: fc.constant("U0ADA"), name: words }),
  fc.record({
    type: fc.constant("job" as const),
    jobId: fc.constant("j"),
    messageKey: fc.constantFrom(null, "slack/T/C/1.000001", "discord/1"),
    text: words.filter((text) => text !== ""),
  }),
);
const line: fc.Arbitrary<Line> = fc.array(piece, { maxLength: 4 });
const image: fc.Arbitrary<ViewImage> = words.map((alt) => ({
  path: "/nowhere",
  fileName: "job-1.png",
  bytes: 1,
  contentType: "image/png",
  ratio: "1:1",
  width: null,
  height: null,
  alt,
  originalUrl: null,
  spoiler: false,
}));
const action: fc.Arbitrary<ViewAction> = fc.record({
  intent: fc.constantFrom(...INTENTS),
  jobId: fc.string({ minLength: 1, maxLength: 300 }),
  label: words.filter((text) => text.trim() !== ""),
  emoji: fc.constantFrom("🎲", ""),
  confirm: fc.oneof(
    fc.constant(null),
    words.filter((text) => text !== ""),
  ),
});
const view: fc.Arbitrary<View> = fc.record({
  kind: fc.constantFrom("waiting", "working", "done", "failed", "refusal"),
  jobId: fc.constant("job-1"),
  title: line,
  lines: fc.array(line, { maxLength: 12 }),
  prompt: fc.oneof(fc.constant(null), words),
  facts: fc.array(fc.record({ label: words, value: words }), { maxLength: 12 }),
  progress: fc.oneof(
    fc.constant(null),
    fc.record({
      since: fc.constant(NOW - 5000),
      expectedAt: fc.constantFrom(null, NOW - 1, NOW + 9000),
      log: fc.oneof(fc.constant(null), words),
    }),
  ),
  command: fc.oneof(fc.constant(null), words),
  documents: fc.constant([]),
  images: fc.constant([]),
  actions: fc.uniqueArray(action, {
    maxLength: 6,
    selector: ({ intent, jobId }) => `${intent}:${jobId.slice(0, 200)}`,
  }),
});

describe("a view as a Slack message", () => {
  it("is always one that Slack takes", () => {
    fc.assert(
      fc.property(view, fc.array(image, { maxLength: 4 }), (shown, images) => {
        const pictures = images.map((one) => ({ type: "file" as const, image: one, fileId: "F012345678" }));
        const { text, blocks } = messageOf(shown, pictures, context);
        const sent: unknown = JSON.parse(JSON.stringify(blocks));
        expect(blockErrors(sent, "message", () => true)).toEqual([]);
        expect(tooLong(sent)).toBe(false);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(4000);
      }),
      { numRuns: 150 },
    );
  });

  it("never notifies anybody, whatever the words", () => {
    fc.assert(
      fc.property(view, (shown) => {
        const { text, blocks } = messageOf(shown, [], context);
        expect(pingsOf(text, JSON.parse(JSON.stringify(blocks)))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("shows the prompt to the letter", () => {
    fc.assert(
      fc.property(words, (prompt) => {
        const { blocks } = messageOf(aView({ prompt }), [], context);
        expect(readText("", JSON.parse(JSON.stringify(blocks)))).toContain(prompt);
      }),
      { numRuns: 100 },
    );
  });

  it("shows the longest prompt whole with its command, and leaves the command out where both are too long", () => {
    const shown = (prompt: string, command: string) =>
      readText("", JSON.parse(JSON.stringify(messageOf(aView({ prompt, command }), [], context).blocks)));
    const longest = "🦊".repeat(2000);
    expect(shown(longest, `/imagine ${longest}`)).toContain(`\n/imagine ${longest}`);
    expect(shown(longest, `/imagine ${longest} no:${longest}`)).toContain(longest);
    expect(shown(longest, `/imagine ${longest} no:${longest}`)).not.toContain("/imagine");
  });

  it("tells times so that they stay true: past ones as an age, coming ones as a time of day", () => {
    const at = (ms: number) => linePieces([{ type: "moment", at: ms }], context)[0];
    expect(at(NOW - 4000)).toMatchObject({ type: "date", format: "{ago}", fallback: "4 s ago" });
    expect(at(NOW + 24_000)).toMatchObject({ type: "date", format: "{time_secs}", fallback: "in 24 s" });
  });

  it("links another job's message, and mentions people only in edits", () => {
    const job = {
      type: "job",
      jobId: "j",
      messageKey: "slack/T/C1/1700000000.000100",
      text: "that one",
    } as const;
    const person = { type: "person", user: "U0ADA", name: "ada" } as const;
    expect(linePieces([job, person], context)).toEqual([
      { type: "link", url: "https://testers.slack.com/archives/C1/p1700000000000100", text: "that one" },
      { type: "text", text: "@ada" },
    ]);
    expect(linePieces([person], { ...context, people: "mentioned" })).toEqual([
      { type: "user", user_id: "U0ADA" },
    ]);
    expect(linePieces([job], { ...context, workspaceUrl: null })).toEqual([
      { type: "text", text: "that one" },
    ]);
  });
});

describe("a form as a modal", () => {
  it("is always one that Slack takes, and its answers are read back", () => {
    fc.assert(
      fc.property(
        words,
        words.filter((text) => text.trim() !== ""),
        fc.constantFrom("1:1", "16:9", ""),
        (prompt, label, ratio) => {
          const form = {
            title: label,
            submit: label,
            command: "imagine",
            parentId: "job-1",
            fields: [
              {
                option: "prompt",
                label,
                value: prompt,
                required: true,
                multiline: true,
                choices: [],
                maxLength: 2000,
              },
              {
                option: "ar",
                label,
                value: ratio,
                required: false,
                multiline: false,
                choices: [
                  { label, value: "1:1" },
                  { label, value: "16:9" },
                ],
                maxLength: null,
              },
            ],
          };
          const modal = JSON.parse(JSON.stringify(modalOf(form, { to: null, responseUrl: null })));
          expect(blockErrors(modal.blocks, "modal", () => false)).toEqual([]);
          expect(str(modal.title, "text").length).toBeLessThanOrEqual(24);
          const values = {
            prompt: { answer: { type: "plain_text_input", value: prompt === "" ? null : prompt } },
            ar: {
              answer: { type: "static_select", selected_option: ratio === "" ? null : { value: ratio } },
            },
            _conversation: { conversation: { type: "conversations_select", selected_conversation: "C1" } },
          };
          const read = readForm(str(modal, "private_metadata"), values, commands);
          expect(read).toMatchObject({
            picked: "C1",
            purpose: { command: "imagine", parentId: "job-1", to: null },
          });
          expect(read?.options).toEqual({
            ...(prompt !== "" && { prompt }),
            ...(ratio !== "" && { ar: ratio }),
          });
        },
      ),
      { numRuns: 80 },
    );
  });

  it("is not read when it is none of ours", () => {
    expect(readForm("", {}, commands)).toBeNull();
    expect(readForm('{"command":1}', {}, commands)).toBeNull();
    expect(
      readForm('{"command":"imagine","parentId":null,"to":null,"responseUrl":null}', "x", commands),
    ).toBeNull();
  });
});

describe("the home page as a view", () => {
  it("is always one that Slack takes", () => {
    fc.assert(
      fc.property(words.filter(Boolean), fc.array(line, { maxLength: 5 }), words, (title, lines, prompt) => {
        const recent = Array.from({ length: 10 }, () => ({
          jobId: "j",
          messageKey: "slack/T/C/1.000001",
          prompt,
          at: NOW,
        }));
        const page = JSON.parse(
          JSON.stringify(homeView({ title, sections: [{ title, lines }], recent }, context)),
        );
        expect(blockErrors(page.blocks, "home", () => false)).toEqual([]);
        expect(list(page, "blocks").length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 60 },
    );
  });
});
