import { afterEach, describe, expect, it } from "vitest";
import type { ReplyRef } from "../../../src/core/model.ts";
import { type View, wordsView } from "../../../src/core/view.ts";
import type { Fault } from "../../support/slack/faults.ts";
import { str } from "../../support/slack/fields.ts";
import { readText } from "../../support/slack/reader.ts";
import { failureOf, keepNothing, type OpenStage, openStage } from "../../support/slack/stage-helpers.ts";
import { ADA, CHANNEL, createSlackStage, type StageOptions } from "../../support/slack/world.ts";

let open: OpenStage | null = null;
afterEach(() => open?.stage.close());

const TEXT = JSON.stringify({ prompt: "a füchs 🦊\nin <snow> & ice" });
const EXPORT: View = {
  ...wordsView("notice", ["What is stored about you"]),
  documents: [{ fileName: "images.json", contentType: "application/json", text: TEXT }],
};

/** Addresses of what a person's command could get: a private message and a public reply. */
async function asked(options?: StageOptions) {
  open = await openStage(await createSlackStage(options));
  const answered = open.inbox.answer("command", (event) => event.responder.settle());
  await open.stage.people.slash(ADA, CHANNEL, "images", "export");
  const { direct, replyTo } = (await answered).event;
  return { ...open, direct, replyTo };
}

/** What stands in the person's conversation with the bot, oldest first: words, or a file's name and text. */
function conversation({ stage, messages }: OpenStage): readonly (readonly string[])[] {
  const { state } = stage.emulator;
  const own = state.directWith(ADA).id;
  return messages()
    .filter((message) => message.channel === own)
    .map(({ shown: { text, blocks }, threadTs }) => {
      const file = state.files.get(str(blocks[0] ?? {}, "file_id"));
      const words = file === undefined ? [readText(text, blocks)] : [file.filename, file.text ?? ""];
      return threadTs === null ? words : ["in a thread", ...words];
    });
}

const SHOWN = [["What is stored about you"], ["images.json", TEXT]];

describe("a document in a private message", () => {
  it("stands right under its words, to the letter, and nowhere else", async () => {
    const opened = await asked();
    const ref = await opened.stage.adapter.openReply(opened.direct, keepNothing).create(EXPORT);
    expect(ref.messageKey).toContain(opened.stage.emulator.state.directWith(ADA).id);
    expect(conversation(opened)).toEqual(SHOWN);
    expect(opened.messages()).toHaveLength(2);
  });

  it.each([
    ["no address for it comes", "files.getUploadURLExternal", { type: "status", status: 503 }],
    ["its upload is cut off", "upload", { type: "reset-before" }],
    ["the upload's answer is lost", "upload", { type: "reset-after" }],
    ["showing it fails", "files.completeUploadExternal", { type: "status", status: 500 }],
    ["the answer to showing it is lost", "files.completeUploadExternal", { type: "reset-after" }],
  ] satisfies [string, string, Fault][])("stands there once although %s", async (_name, method, fault) => {
    const opened = await asked();
    opened.stage.emulator.faults.add(method, fault);
    await opened.stage.adapter.openReply(opened.direct, keepNothing).create(EXPORT);
    expect(conversation(opened)).toEqual(SHOWN);
  });

  it("is not announced when Slack takes no files", async () => {
    const opened = await asked();
    opened.stage.emulator.faults.add("files.getUploadURLExternal", {
      type: "error",
      error: "file_uploads_disabled",
    });
    const handle = opened.stage.adapter.openReply(opened.direct, keepNothing);
    expect(await failureOf(handle.create(EXPORT))).toMatchObject({ problem: "forbidden" });
    expect(conversation(opened)).toEqual([]);
  });

  it("is shown by whoever opens the kept address after a crash between the words and the file", async () => {
    const opened = await asked();
    let kept: ReplyRef = opened.direct;
    const crashing = opened.stage.adapter.openReply(opened.direct, async (ref) => {
      kept = ref;
      throw new Error("crashed right after keeping");
    });
    await failureOf(crashing.create(EXPORT));
    expect(conversation(opened)).toEqual([["What is stored about you"]]);
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const address: ReplyRef = JSON.parse(JSON.stringify(kept));
      const handle = opened.stage.another().openReply(address, async (ref) => {
        kept = ref;
      });
      await handle.create(EXPORT);
    }
    expect(conversation(opened)).toEqual(SHOWN);
  });

  it("goes with its message", async () => {
    const opened = await asked();
    const handle = opened.stage.adapter.openReply(opened.direct, keepNothing);
    await handle.create(EXPORT);
    await handle.remove();
    expect([...opened.stage.emulator.state.files.values()].map((file) => file.deleted)).toEqual([true]);
  });
});

describe("a document in a public reply", () => {
  it("is never shown there: it holds what is one person's own", async () => {
    const opened = await asked();
    await opened.stage.adapter.openReply(opened.replyTo, keepNothing).create(EXPORT);
    expect(opened.messages()).toHaveLength(1);
    expect(opened.stage.emulator.state.files.size).toBe(0);
  });
});
