import { writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { ReplyRef } from "../../../src/core/model.ts";
import type { Fault } from "../../support/slack/faults.ts";
import { list } from "../../support/slack/fields.ts";
import { readText } from "../../support/slack/reader.ts";
import { failureOf, keepNothing, type OpenStage, openStage } from "../../support/slack/stage-helpers.ts";
import { ADA, BOB, CHANNEL, createSlackStage, type StageOptions } from "../../support/slack/world.ts";
import { aDoneView, aPicture, aView, aWorkingView, fileSha256 } from "../../support/views.ts";

let open: OpenStage | null = null;
afterEach(() => open?.stage.close());

async function onStage(options?: StageOptions): Promise<OpenStage> {
  open = await openStage(await createSlackStage(options));
  return open;
}

const LOST: readonly (readonly [string, Fault])[] = [
  ["the answer is lost", { type: "reset-after" }],
  ["a proxy answers 502 after Slack acted", { type: "status-after", status: 502 }],
];
const PASSING: readonly (readonly [string, Fault])[] = [
  ...LOST,
  ["the connection is reset", { type: "reset-before" }],
  ["Slack answers 500", { type: "status", status: 500 }],
  ["Slack answers nonsense", { type: "malformed" }],
  ["Slack's insides fail", { type: "error", error: "internal_error" }],
  ["Slack never answers", { type: "hang" }],
  ["Slack asks for patience", { type: "ratelimit", seconds: 2 }],
];

describe("the first post of a reply", () => {
  it.each(LOST)("is not repeated when %s: its fate is unknown", async (_name, fault) => {
    const { stage, inbox, messages } = await onStage();
    stage.emulator.faults.add("chat.postMessage", fault);
    const answered = inbox.answer("command", (event) => failureOf(event.responder.reply(aView())));
    await stage.people.slash(ADA, CHANNEL, "imagine", "x");
    expect((await answered).result).toMatchObject({ code: "reply", problem: "unavailable" });
    expect(stage.emulator.calls("chat.postMessage")).toHaveLength(1);
    expect(messages()).toHaveLength(1);
  });

  it("leaves at most one line without a job when the core then creates it, and that line's button works", async () => {
    const { stage, inbox, messages } = await onStage();
    stage.emulator.faults.add("chat.postMessage", { type: "reset-after" });
    const answered = inbox.answer("command", (event) => failureOf(event.responder.reply(aWorkingView())));
    await stage.people.slash(ADA, CHANNEL, "imagine", "x");
    const { event } = await answered;
    const handle = stage.adapter.openReply(event.replyTo, keepNothing);
    await handle.create(aWorkingView());
    await handle.create(aWorkingView());
    expect(messages()).toHaveLength(2);
    const pressed = inbox.answer("action", (press) => press.responder.settle());
    const [orphan] = messages();
    if (orphan !== undefined) await stage.people.press(ADA, orphan, "cancel:job-1");
    expect((await pressed).event).toMatchObject({ intent: "cancel", jobId: "job-1" });
  });

  it("is repeated when Slack asked for patience, because that one was not carried out", async () => {
    const { stage, messages, replied } = await onStage();
    stage.emulator.faults.add("chat.postMessage", { type: "ratelimit", seconds: 1 });
    await replied();
    expect(messages()).toHaveLength(1);
    expect(stage.emulator.calls("chat.postMessage").map((call) => call.outcome)).toEqual(["429", "ok"]);
  });
});

describe("a final edit", () => {
  it.each(PASSING)("arrives although %s", async (_name, fault) => {
    const { stage, replied, message } = await withReply({ timeoutMs: 150 });
    stage.emulator.faults.add("chat.update", fault);
    await replied.update(aView({ kind: "failed", title: ["Over"] }));
    expect(readText(message.shown.text, message.shown.blocks)).toContain("Over");
    expect(stage.emulator.calls("chat.update")).toHaveLength(2);
  });

  it("gives up in the end, and says that it may be tried again", async () => {
    const { stage, replied } = await withReply();
    stage.emulator.faults.add("chat.update", { type: "status", status: 500 }, 20);
    expect(await failureOf(replied.update(aView({ kind: "failed" })))).toMatchObject({
      problem: "unavailable",
    });
  });

  it.each([
    ["message_not_found", "gone"],
    ["channel_not_found", "gone"],
    ["is_archived", "forbidden"],
    ["cant_update_message", "forbidden"],
    ["edit_window_closed", "forbidden"],
    ["token_revoked", "forbidden"],
  ])("calls %s %s, at once", async (error, problem) => {
    const { stage, replied } = await withReply();
    stage.emulator.faults.add("chat.update", { type: "error", error });
    expect(await failureOf(replied.update(aView({ kind: "done" })))).toMatchObject({ problem });
    expect(stage.emulator.calls("chat.update")).toHaveLength(1);
  });
});

describe("a progress edit", () => {
  it.each(PASSING)("is tried once when %s", async (_name, fault) => {
    const { stage, replied } = await withReply({ timeoutMs: 150 });
    stage.emulator.faults.add("chat.update", fault);
    expect(await failureOf(replied.update(aWorkingView()))).toMatchObject({ code: "reply" });
    expect(stage.emulator.calls("chat.update")).toHaveLength(1);
  });

  it("says how long Slack wants to be left alone, and holds the next ones back unsent", async () => {
    const { stage, replied } = await withReply();
    stage.emulator.faults.add("chat.update", { type: "ratelimit", seconds: 30 });
    expect(await failureOf(replied.update(aWorkingView()))).toMatchObject({
      problem: "paced",
      retryAfterMs: 30_000,
    });
    expect(await failureOf(replied.update(aWorkingView()))).toMatchObject({ problem: "paced" });
    expect(stage.emulator.calls("chat.update")).toHaveLength(1);
  });
});

describe("the picture", () => {
  it("is edited in once Slack has worked on the file, without a wasted edit", async () => {
    const { stage, replied, message } = await withReply({ fileReadyMs: 60 });
    const picture = await aPicture();
    await replied.update(aDoneView(picture));
    expect(stage.emulator.calls("chat.update").map((call) => call.outcome)).toEqual(["ok"]);
    const [file] = stage.emulator.state.files.values();
    expect(file).toMatchObject({ sha256: await fileSha256(picture.path), shares: [] });
    expect(list({ blocks: message.shown.blocks }, "blocks")).toContainEqual({
      type: "image",
      slack_file: { id: file?.id },
      alt_text: picture.alt,
    });
  });

  it("is tried again while Slack refuses the file it called ready", async () => {
    const { stage, replied, messages } = await withReply();
    stage.emulator.faults.add("chat.update", { type: "bad-file" }, 3);
    await replied.update(aDoneView(await aPicture()));
    expect(stage.emulator.calls("chat.update").map((call) => call.outcome)).toEqual([
      ...Array(3).fill("invalid_blocks"),
      "ok",
    ]);
    expect(messages()).toHaveLength(1);
    expect(stage.emulator.state.files.size).toBe(1);
  });

  it.each([
    ["never has it ready", { fileReadyMs: 1e9 }],
    ["calls it ready and refuses it all the same", { fileShownMs: 1e9 }],
  ])("goes into the thread when Slack %s, once, and the message says so", async (_name, options) => {
    const { replied, message, messages } = await withReply(options);
    const picture = await aPicture();
    await replied.update(aDoneView(picture));
    await replied.update(aDoneView(picture));
    const inThread = messages().filter((one) => one.threadTs === message.ts);
    expect(inThread).toHaveLength(1);
    expect(readText(message.shown.text, message.shown.blocks)).toContain("in this message's thread");
  });

  it("goes into the thread once although Slack's answer to that is lost", async () => {
    const { stage, replied, message, messages } = await withReply({ fileReadyMs: 1e9 });
    stage.emulator.faults.add("files.completeUploadExternal", { type: "none" });
    stage.emulator.faults.add("files.completeUploadExternal", { type: "reset-after" });
    await replied.update(aDoneView(await aPicture()));
    expect(messages().filter((one) => one.threadTs === message.ts)).toHaveLength(1);
  });

  it("goes into the thread at once when Slack cannot show its type", async () => {
    const { stage, replied, message, messages } = await withReply();
    const picture = await aPicture();
    await writeFile(picture.path, Buffer.from("RIFF....WEBPVP8 ....").subarray(0, 20));
    await replied.update(aDoneView({ ...picture, bytes: 20 }));
    expect(messages().filter((one) => one.threadTs === message.ts)).toHaveLength(1);
    expect(stage.emulator.calls("chat.update")).toHaveLength(1);
  });

  it("is not uploaded again by whoever opens the kept address, not even after a crash before the edit", async () => {
    const { stage, ref, message } = await withReply();
    const kept: ReplyRef[] = [];
    const picture = await aPicture();
    const crashed = stage.adapter.openReply(ref, async (changed) => {
      kept.push(changed);
      throw new Error("crashed right after keeping");
    });
    await failureOf(crashed.update(aDoneView(picture)));
    expect(message.shown.blocks.some((block) => block["type"] === "image")).toBe(false);
    const address: ReplyRef = JSON.parse(JSON.stringify(kept.at(-1)));
    await stage.another().openReply(address, keepNothing).update(aDoneView(picture));
    expect(stage.emulator.state.files.size).toBe(1);
    expect(message.shown.blocks.filter((block) => block["type"] === "image")).toHaveLength(1);
  });

  it("is uploaded again when its file was deleted meanwhile", async () => {
    const { stage, replied, message } = await withReply();
    const picture = await aPicture();
    await replied.update(aDoneView(picture));
    for (const file of stage.emulator.state.files.values()) file.deleted = true;
    await replied.update(aDoneView(picture, { title: ["Again"] }));
    expect(stage.emulator.state.files.size).toBe(2);
    expect(readText(message.shown.text, message.shown.blocks)).toContain("Again");
  });

  it.each([
    ["the upload is cut off", "upload", { type: "reset-before" }],
    ["the upload's answer is lost", "upload", { type: "reset-after" }],
    ["the upload host fails", "upload", { type: "status", status: 500 }],
    ["no address comes", "files.getUploadURLExternal", { type: "status", status: 503 }],
    ["completing is lost", "files.completeUploadExternal", { type: "reset-after" }],
    ["completing fails", "files.completeUploadExternal", { type: "reset-before" }],
    ["nobody knows whether it is ready", "files.info", { type: "error", error: "missing_scope" }],
  ] satisfies [string, string, Fault][])("is shown once although %s", async (_name, method, fault) => {
    const { stage, replied, message, messages } = await withReply();
    stage.emulator.faults.add(method, fault);
    await replied.update(aDoneView(await aPicture()));
    expect(message.shown.blocks.filter((block) => block["type"] === "image")).toHaveLength(1);
    expect(messages()).toHaveLength(1);
  });

  it("calls a file over the workspace's limit too large", async () => {
    const { stage, replied } = await withReply();
    stage.emulator.faults.add("files.getUploadURLExternal", {
      type: "error",
      error: "file_upload_size_restricted",
    });
    expect(await failureOf(replied.update(aDoneView(await aPicture())))).toMatchObject({
      problem: "too-large",
    });
  });

  it("is taken away from Slack with its message", async () => {
    const { stage, replied, messages } = await withReply();
    await replied.update(aDoneView(await aPicture()));
    await replied.remove();
    expect(messages()).toEqual([]);
    expect([...stage.emulator.state.files.values()].map((file) => file.deleted)).toEqual([true]);
  });
});

describe("threads", () => {
  it("answers a reaction in the thread its message belongs to, be it the first message or a reply", async () => {
    const { stage, inbox, replied } = await onStage();
    const { message: first } = await replied();
    const roll = async (on: typeof first) => {
      const reacted = inbox.answer("reaction", (event) =>
        stage.adapter.openReply(event.replyTo, keepNothing).create(aView()),
      );
      await stage.people.react("added", BOB, on, "game_die");
      await reacted;
      const last = stage.emulator.state.messages.at(-1);
      return last ?? expect.unreachable();
    };
    const second = await roll(first);
    expect(second.threadTs).toBe(first.ts);
    const third = await roll(second);
    expect(third.threadTs).toBe(first.ts);
  });
});

/** A reply that is there, and its handle. */
async function withReply(options?: StageOptions) {
  const opened = await onStage(options);
  const { ref, message } = await opened.replied();
  return { ...opened, ref, message, replied: opened.stage.adapter.openReply(ref, keepNothing) };
}
