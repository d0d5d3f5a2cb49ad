import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandEvent } from "../../../src/core/events.ts";
import type { View } from "../../../src/core/view.ts";
import { filesOf, picturesOf, textOf } from "../../support/discord/seen.ts";
import { acknowledged, createDiscordStage, type DiscordStage } from "../../support/discord/stage.ts";
import type { MessageState } from "../../support/discord/state.ts";
import { settle } from "../../support/fake-clock.ts";
import { aDoneView, aPicture, aView } from "../../support/views.ts";

const MIB = 1024 * 1024;

describe("Private answers on Discord", () => {
  let stage: DiscordStage;
  beforeEach(async () => {
    stage = await createDiscordStage({ buckets: {} });
    await stage.start();
  });
  afterEach(() => stage.close());

  async function asked(answer: (event: CommandEvent) => Promise<unknown>, action = "images history") {
    const answered = stage.inbox.answer("command", answer);
    const one = stage.discord.people.slash({ by: stage.member, in: stage.channel }, action, {});
    const { event } = await answered;
    return { event, one: await acknowledged(one) };
  }
  const words = (more: Partial<View> = {}) =>
    aView({ kind: "notice", jobId: null, prompt: null, title: ["Your pictures"], ...more });
  const shown = (place = stage.channel) => stage.discord.messages(place.id);
  const only = (messages: readonly MessageState[]) => {
    expect(messages).toHaveLength(1);
    return messages[0] ?? expect.unreachable();
  };

  it("show a long list to the person alone, at once", async () => {
    const lines = Array.from({ length: 200 }, (_, n) => [`picture ${n}, a fox in fresh snow`]);
    const { one } = await asked((event) => event.responder.refuse(words({ lines })));
    expect(one.ack).toBe(4);
    const message = only(shown());
    expect(message.ephemeralFor).toBe(stage.member.id);
    expect(textOf(message)).toMatch(/^Your pictures\npicture 0,[\s\S]+\n… and \d+ more$/);
  });

  it("show a long list late in the private line that waits", async () => {
    const lines = Array.from({ length: 200 }, (_, n) => [`picture ${n}`]);
    const answered = stage.inbox.answer("command", async (event) => {
      await settle();
      await stage.discord.clock.advance(2_000);
      await acknowledged(one);
      await event.responder.refuse(words({ lines }));
    });
    const one = stage.discord.people.slash({ by: stage.member, in: stage.channel }, "images history", {});
    await answered;
    const message = only(shown());
    expect(message).toMatchObject({ ephemeralFor: stage.member.id, loading: false });
    expect(textOf(message)).toContain("picture 100");
  });

  it("show a picture to the person alone, as soon as it is up", async () => {
    const picture = await aPicture({ spoiler: true });
    const { one } = await asked((event) => event.responder.refuse(aDoneView(picture)));
    expect(one.ack).toBe(5);
    const message = only(shown());
    expect(message).toMatchObject({ ephemeralFor: stage.member.id, loading: false });
    expect(picturesOf(message)).toMatchObject([{ alt: picture.alt, hidden: true }]);
    expect(message.attachments).toHaveLength(1);
  });

  it("show a picture after a press, beside the message with the button", async () => {
    const message = stage.discord.people.says({ by: stage.other, in: stage.channel }, "hi");
    const picture = await aPicture();
    const pressed = stage.inbox.answer("action", (event) => event.responder.refuse(aDoneView(picture)));
    stage.discord.people.pressId({ by: stage.member, in: stage.channel }, message, "do|send-to-me|job-1");
    await pressed;
    const mine = only(shown().filter((one) => one.ephemeralFor === stage.member.id));
    expect(mine.attachments).toHaveLength(1);
    expect(message.content).toBe("hi");
  });

  it("keep a private copy hidden, and in the open where it is not", async () => {
    for (const spoiler of [true, false]) {
      const { event } = await asked((one) => one.responder.settle());
      const handle = stage.adapter().openReply(event.direct, async () => {});
      await handle.create(aDoneView(await aPicture({ spoiler })));
    }
    const copies = stage.discord.messages().flatMap(picturesOf);
    expect(copies.map((one) => one.hidden)).toEqual([true, false]);
  });

  it("keep a hidden picture hidden through every edit", async () => {
    const picture = await aPicture({ spoiler: true });
    const answered = stage.inbox.answer("command", (event) => event.responder.reply(aView()));
    stage.discord.people.slash({ by: stage.member, in: stage.channel }, "imagine", { prompt: "a fox" });
    const { result } = await answered;
    const handle = stage.adapter().openReply(result, async () => {});
    await handle.update(aDoneView(picture));
    await stage.discord.clock.advance(20 * 60_000);
    await handle.update(aDoneView(picture, { title: ["Done again"] }));
    const message = only(shown());
    expect(message.writes.map((write) => write.via)).toEqual(["callback", "webhook", "bot"]);
    expect(picturesOf(message).map((one) => one.hidden)).toEqual([true]);
  });

  describe("files", () => {
    const file = (text: string, more = {}) =>
      words({ documents: [{ fileName: "my data.json", contentType: "application/json", text, ...more }] });
    async function sent(view: View) {
      const { event } = await asked((one) => one.responder.settle(), "images export");
      const handle = stage.adapter().openReply(event.direct, async () => {});
      const outcome = await handle.create(view).catch((error: unknown) => error);
      return { outcome, messages: stage.discord.messages() };
    }

    it("arrive in a private message as UTF-8, under a safe name", async () => {
      const text = JSON.stringify({ prompt: "Füchse 🦊 日本語", more: 'a "b" \\ c\n' });
      const { messages } = await sent(file(text));
      const message = only(messages);
      expect(stage.discord.world.channels.get(message.channelId)?.recipients).toContain(stage.member.id);
      expect(filesOf(message)).toEqual([{ fileName: "my_data.json", bytes: Buffer.byteLength(text), text }]);
      expect(textOf(message)).toBe("Your pictures");
    });

    it("arrive whole when they are several megabytes", async () => {
      const text = "é🦊 line of an export\n".repeat(300_000);
      const { messages } = await sent(file(text));
      expect(Buffer.byteLength(text)).toBeGreaterThan(7 * MIB);
      expect(filesOf(only(messages))[0]?.text).toBe(text);
    });

    it("are called too large over Discord's limit, and none of it is sent", async () => {
      const { outcome, messages } = await sent(file("x".repeat(10 * MIB + 1)));
      expect(outcome).toMatchObject({ problem: "too-large" });
      expect(messages).toEqual([]);
      expect(stage.discord.requests.filter((one) => one.route === "message.create")).toEqual([]);
    });

    it("come once when the answer to the post was lost", async () => {
      stage.discord.fault({ route: "message.create", what: { type: "reset", when: "after" }, times: 1 });
      const { event } = await asked((one) => one.responder.settle(), "images export");
      const handle = stage.adapter().openReply(event.direct, async () => {});
      await expect(handle.create(file("x"))).rejects.toMatchObject({ problem: "unavailable" });
      await handle.create(file("x"));
      expect(filesOf(only(stage.discord.messages()))).toHaveLength(1);
    });

    it("are told apart from closed private messages", async () => {
      stage.member.takesDirectMessages = false;
      const { outcome } = await sent(file("x"));
      expect(outcome).toMatchObject({ problem: "closed" });
    });
  });
});
