import { afterEach, describe, expect, it } from "vitest";
import type { ReplyRef } from "../../../src/core/model.ts";
import { type View, wordsView } from "../../../src/core/view.ts";
import { ReplyError } from "../../../src/errors.ts";
import type { Fault } from "../../support/slack/faults.ts";
import { pingsOf, readText } from "../../support/slack/reader.ts";
import { createScaledClock } from "../../support/slack/scaled-clock.ts";
import { failureOf, keepNothing } from "../../support/slack/stage-helpers.ts";
import { BOT_USER, type SlackChannel, TEAM } from "../../support/slack/state.ts";
import { ADA, BOB, createSlackStage, type SlackStage, type StageOptions } from "../../support/slack/world.ts";

const LOG = "C0LOG";

let stage: SlackStage | null = null;
afterEach(() => stage?.close());

/** A workspace with a log channel; the adapter is not started, as in a worker. */
async function onStage(options?: StageOptions, channel: Partial<SlackChannel> = {}): Promise<SlackStage> {
  stage = await createSlackStage(options);
  stage.emulator.state.addChannel({ id: LOG, ...channel });
  return stage;
}

const note = ({ adapter }: SlackStage, view: View, channel = LOG) =>
  adapter.openReply(adapter.channelRef(TEAM, channel), keepNothing).create(view);

const words = ({ emulator }: SlackStage): readonly string[] =>
  emulator.state.messages.map(({ shown: { text, blocks } }) => readText(text, blocks));

const painted = wordsView(
  "notice",
  ["Painted for ", { type: "person", user: BOB, name: "bob" }],
  [["<!channel> *a* https://example.com & more"]],
);

describe("a note in a channel", () => {
  it("is a message of the bot's own that pings nobody and unfolds no address", async () => {
    const here = await onStage();
    const ref = await note(here, painted);
    const [message] = here.emulator.state.messages;
    expect(message).toMatchObject({ channel: LOG, user: BOT_USER, threadTs: null });
    expect(ref.messageKey).toBe(`slack/${TEAM}/${LOG}/${message?.ts}`);
    expect(words(here)).toEqual(["Painted for @bob\n<!channel> *a* https://example.com & more"]);
    expect(pingsOf(message?.shown.text ?? "", message?.shown.blocks ?? [])).toEqual([]);
    expect(message?.sent).toMatchObject({ unfurl_links: "false", unfurl_media: "false", parse: "none" });
  });

  it("waits for its turn, a second after the one before, and nothing is refused", async () => {
    const clock = createScaledClock(40);
    const here = await onStage({ rates: "real", clock, adapterClock: clock });
    await Promise.all(["a", "b", "c"].map((title) => note(here, wordsView("notice", [title]))));
    expect(words(here)).toEqual(["a", "b", "c"]);
    expect(here.emulator.calls("chat.postMessage").map((call) => call.outcome)).toEqual(["ok", "ok", "ok"]);
  });

  it.each<[string, Partial<SlackChannel>, string, string, string]>([
    ["a channel the bot is not in", { members: new Set([ADA]) }, LOG, "forbidden", "/invite @imagine there"],
    [
      "a private channel the bot is not in",
      { kind: "private", members: new Set([ADA]) },
      LOG,
      "gone",
      "/invite @imagine there",
    ],
    ["a channel that was deleted", {}, "C0NOMORE", "gone", "cannot find that channel"],
    ["an archived channel", { archived: true }, LOG, "forbidden", "archived"],
    ["a read-only channel", { posting: "read-only" }, LOG, "forbidden", "may not post"],
  ])("is refused in %s, with what to do", async (_name, channel, id, problem, remedy) => {
    const here = await onStage({}, channel);
    const failure = await failureOf(note(here, painted, id));
    expect(failure).toBeInstanceOf(ReplyError);
    expect(failure).toMatchObject({ problem, remedy: expect.stringContaining(remedy) });
  });

  it.each<[string, Fault]>([
    ["its answer is lost", { type: "reset-after" }],
    ["a proxy answers in Slack's place", { type: "status-after", status: 502 }],
    ["Slack answers nonsense", { type: "malformed" }],
    ["Slack fails", { type: "status", status: 500 }],
  ])("is not posted again when %s: it counts as said, and the log tells of it", async (_name, fault) => {
    const here = await onStage();
    here.emulator.faults.add("chat.postMessage", fault);
    expect((await note(here, painted)).messageKey).toBeNull();
    expect(here.emulator.calls("chat.postMessage")).toHaveLength(1);
    expect(here.happenings).toMatchObject([{ type: "fault", where: "slack.note" }]);
  });

  it("may be tried again when it certainly never left", async () => {
    const here = await onStage();
    const nowhere = here.another();
    await here.emulator.close();
    const ref = nowhere.channelRef(TEAM, LOG);
    expect(await failureOf(nowhere.openReply(ref, keepNothing).create(painted))).toMatchObject({
      problem: "unavailable",
    });
  });

  it("is put off when Slack asks for patience", async () => {
    const here = await onStage();
    here.emulator.faults.add("chat.postMessage", { type: "ratelimit", seconds: 2 });
    expect((await note(here, painted)).messageKey).not.toBeNull();
    expect(words(here)).toHaveLength(1);
  });

  it("can be changed and taken away like any reply", async () => {
    const here = await onStage();
    const handle = here.adapter.openReply(await note(here, painted), keepNothing);
    await handle.update(wordsView("notice", ["Painted, and deleted since"]));
    expect(words(here)).toEqual(["Painted, and deleted since"]);
    await handle.remove();
    expect(here.emulator.state.messages[0]?.deleted).toBe(true);
  });
});

describe("an address that was stored before there were notes", () => {
  it("is a reply's: its first post is never taken for said when the answer is lost", async () => {
    const here = await onStage();
    const data = {
      team: TEAM,
      channel: LOG,
      user: null,
      thread: null,
      near: null,
      ts: null,
      files: {},
      shared: {},
    };
    const old: ReplyRef = { platform: "slack", messageKey: null, scope: `slack/${TEAM}`, data };
    here.emulator.faults.add("chat.postMessage", { type: "reset-after" });
    const handle = here.adapter.openReply(old, keepNothing);
    expect(await failureOf(handle.create(painted))).toMatchObject({ problem: "unavailable" });
  });
});
