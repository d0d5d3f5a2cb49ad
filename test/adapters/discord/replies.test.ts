import { truncate } from "node:fs/promises";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReplyRef } from "../../../src/core/model.ts";
import type { View } from "../../../src/core/view.ts";
import { ReplyError } from "../../../src/errors.ts";
import { PERMISSION } from "../../support/discord/permissions.ts";
import { buttonsOf, textOf } from "../../support/discord/seen.ts";
import { createDiscordStage, type DiscordStage } from "../../support/discord/stage.ts";
import { aDoneView, aPicture, aView, aWorkingView } from "../../support/views.ts";

const MINUTE = 60_000;

describe("Keeping a Discord reply", () => {
  let stage: DiscordStage;
  beforeEach(async () => {
    stage = await createDiscordStage({ buckets: {}, keepBytes: 1024 * 1024 });
    await stage.start();
  });
  afterEach(() => stage.close());

  /** A reply that stands, and its address. */
  async function replied(more: object = {}, view: View = aWorkingView()): Promise<ReplyRef> {
    const answered = stage.inbox.answer("command", (event) => event.responder.reply(view));
    stage.discord.people.slash({ by: stage.member, in: stage.channel, ...more }, "imagine", {
      prompt: "a fox",
    });
    return (await answered).result;
  }
  /** The same process all along; a fresh adapter is one after a restart. */
  const open = (ref: ReplyRef, keep: (ref: ReplyRef) => Promise<void> = async () => {}) =>
    stage.adapter().openReply(ref, keep);
  const messageOf = (ref: ReplyRef) => stage.discord.message(ref.messageKey?.split("/").at(-1) ?? "");
  const requests = () => stage.discord.requests.filter((one) => one.route.endsWith(".edit"));
  const fault = (route: string, code: number, status: number, times = 1) =>
    stage.discord.fault({ route, what: { type: "refuse", status, code, message: "no" }, times });

  it("ends a job that outlives the token in the same message, without one refused request", async () => {
    const ref = await replied();
    const handle = open(ref);
    await stage.discord.clock.advance(13 * MINUTE);
    await handle.update(aWorkingView());
    await stage.discord.clock.advance(5 * MINUTE);
    await handle.update(aDoneView(await aPicture()));
    expect(messageOf(ref).writes.map((write) => write.via)).toEqual(["callback", "webhook", "bot"]);
    expect(messageOf(ref).attachments).toHaveLength(1);
    expect(requests().map((one) => one.status)).toEqual([200, 200]);
  });

  it("takes one 401 of a dead token for good, and goes on with the bot's", async () => {
    const ref = await replied();
    const handle = open(ref);
    fault("webhook.edit", 50027, 401);
    await handle.update(aView({ title: ["one"] }));
    await handle.update(aView({ title: ["two"] }));
    expect(requests().map((one) => [one.route, one.status])).toEqual([
      ["webhook.edit", 401],
      ["message.edit", 200],
      ["message.edit", 200],
    ]);
    expect(textOf(messageOf(ref))).toContain("two");
  });

  it("goes on with a living token when the machine's clock is set forward", async () => {
    const direct = stage.discord.people.directChannel(stage.member, stage.other);
    const ref = await replied({ in: direct, userInstallOnly: true });
    const clock = { ...stage.discord.clock, now: () => stage.discord.clock.now() + 180 * MINUTE };
    const handle = stage.adapter({ clock }).openReply(ref, async () => undefined);
    await handle.update(aView({ title: ["still"] }));
    expect(textOf(messageOf(ref))).toContain("still");
  });

  it("says when a reply will be out of reach where only the person installed the app", async () => {
    const direct = stage.discord.people.directChannel(stage.member, stage.other);
    const ref = await replied({ in: direct, userInstallOnly: true });
    const handle = open(ref);
    expect(handle.expiresAt).toBeGreaterThan(stage.discord.clock.now() + 14 * MINUTE);
    await stage.discord.clock.advance(14.5 * MINUTE);
    await handle.update(aView({ title: ["in time"] }));
    await stage.discord.clock.advance(MINUTE);
    await expect(handle.update(aView())).rejects.toMatchObject({ problem: "expired" });
    expect(textOf(messageOf(ref))).toContain("in time");
  });

  it("never ends an ordinary reply's life", async () => {
    expect(open(await replied()).expiresAt).toBeNull();
  });

  it.each<[number, number, string]>([
    [10008, 404, "gone"],
    [10003, 404, "gone"],
    [50001, 403, "forbidden"],
    [50013, 403, "forbidden"],
    [50083, 400, "forbidden"],
    [240000, 400, "forbidden"],
    [50035, 400, "forbidden"],
    [40005, 413, "too-large"],
    [130000, 503, "unavailable"],
  ])("calls Discord's %i %s by its problem", async (code, status, problem) => {
    const handle = open(await replied());
    fault("webhook.edit", code, status);
    await expect(handle.update(aView())).rejects.toMatchObject({ problem });
  });

  it.each([
    { type: "status", status: 500, when: "before" },
    { type: "reset", when: "before" },
    { type: "reset", when: "after" },
  ] as const)("leaves a repeat to the core when Discord falters ($type)", async (what) => {
    const ref = await replied();
    const handle = open(ref);
    stage.discord.fault({ route: "webhook.edit", what, times: 1 });
    const done = aDoneView(await aPicture());
    await expect(handle.update(done)).rejects.toMatchObject({ problem: "unavailable" });
    await handle.update(done);
    expect(messageOf(ref).attachments).toHaveLength(1);
    expect(stage.discord.messages(stage.channel.id)).toHaveLength(1);
  });

  it("keeps tokens and prompts out of its errors", async () => {
    const handle = open(await replied());
    fault("webhook.edit", 50035, 400);
    const error: unknown = await handle
      .update(aView({ prompt: "a secret fox" }))
      .catch((caught: unknown) => caught);
    const words = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(words).not.toContain("secret");
    expect(words).not.toContain("webhooks");
  });

  it.each(["user", "shared", "global"] as const)(
    "drops progress, but not a result, on a 429 (%s)",
    async (scope) => {
      const ref = await replied();
      const handle = open(ref);
      const what = { type: "rate-limit", scope, retryAfterMs: 150 } as const;
      stage.discord.fault({ route: "webhook.edit", what, times: 1 });
      await expect(handle.update(aWorkingView())).rejects.toMatchObject({
        problem: "paced",
        retryAfterMs: expect.any(Number),
      });
      await handle.update(aView({ kind: "failed", title: ["first end"] }));
      stage.discord.fault({ route: "webhook.edit", what, times: 1 });
      await handle.update(aView({ kind: "failed", title: ["second end"] }));
      expect(textOf(messageOf(ref))).toContain("second end");
    },
  );

  it("asks the core to wait when the limit is longer than a minute", async () => {
    const handle = open(await replied());
    const what = { type: "rate-limit", scope: "user", retryAfterMs: 90_000 } as const;
    stage.discord.fault({ route: "webhook.edit", what, times: 1 });
    const failure = handle.update(aView({ kind: "failed" }));
    await expect(failure).rejects.toMatchObject({ problem: "paced" });
    const caught: unknown = await failure.catch((error: unknown) => error);
    expect(caught instanceof ReplyError && caught.retryAfterMs).toBeGreaterThanOrEqual(90_000);
  });

  it("survives one 401 on the bot's own token", async () => {
    const ref = await replied();
    await stage.discord.clock.advance(20 * MINUTE);
    const handle = open(ref);
    fault("message.edit", 0, 401);
    await expect(handle.update(aView())).rejects.toMatchObject({ problem: "forbidden" });
    await handle.update(aView({ title: ["again"] }));
    expect(textOf(messageOf(ref))).toContain("again");
  });

  it("takes the interaction's own size limit, and less once Discord says too large", async () => {
    const handle = open(await replied({ uploadLimit: 60 * 1024 * 1024 }));
    expect(handle.pictures.maxBytes).toBe(60 * 1024 * 1024);
    fault("webhook.edit", 40005, 413);
    const kept: ReplyRef[] = [];
    const keeping = open(handle.ref, async (ref) => {
      kept.push(ref);
    });
    await expect(keeping.update(aDoneView(await aPicture()))).rejects.toMatchObject({ problem: "too-large" });
    expect(keeping.pictures.maxBytes).toBe(10 * 1024 * 1024);
    expect(kept).toEqual([keeping.ref]);
  });

  it("links a picture that was made smaller to its original", async () => {
    const ref = await replied();
    const picture = await aPicture({ originalUrl: "https://v3.fal.media/files/original.png" });
    await open(ref).update(aDoneView(picture));
    expect(buttonsOf(messageOf(ref)).map((one) => one.url)).toContain(
      "https://v3.fal.media/files/original.png",
    );
  });

  it("uploads a large picture without holding it in memory", async () => {
    const ref = await replied({ uploadLimit: 200 * 1024 * 1024 });
    const picture = await aPicture();
    await truncate(picture.path, 128 * 1024 * 1024);
    const handle = open(ref);
    const before = process.memoryUsage().arrayBuffers;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 5);
    await handle.update(aDoneView({ ...picture, bytes: 128 * 1024 * 1024 }));
    clearInterval(watch);
    expect(messageOf(ref).attachments[0]?.bytes).toBe(128 * 1024 * 1024);
    expect(most - before).toBeLessThan(96 * 1024 * 1024);
  });

  it("uploads whatever dispatcher another part of the process has made global", async () => {
    const before = getGlobalDispatcher();
    const other = new Agent();
    setGlobalDispatcher(other);
    try {
      const ref = await replied();
      await open(ref).update(aDoneView(await aPicture()));
      expect(messageOf(ref).attachments).toHaveLength(1);
    } finally {
      setGlobalDispatcher(before);
      await other.close();
    }
  });

  it("calls a person's closed private messages closed", async () => {
    stage.other.takesDirectMessages = false;
    const ref = await replied({}, aView({ actions: [] }));
    const reacted = stage.inbox.answer("reaction", async () => {});
    stage.discord.people.react({ by: stage.other }, messageOf(ref), "✉️");
    const { direct } = (await reacted).event;
    await expect(open(direct).create(aView())).rejects.toMatchObject({ problem: "closed" });
  });

  it("names the missing permission before anything is accepted, in channels and in threads", async () => {
    const { people, world } = stage.discord;
    const deny = (bits: bigint) => [{ id: world.bot.id, type: 1 as const, allow: 0n, deny: bits }];
    const noFiles = people.channel(stage.guild, { overwrites: deny(PERMISSION.attachFiles) });
    const parent = people.channel(stage.guild, { overwrites: deny(PERMISSION.sendInThreads) });
    const thread = people.channel(stage.guild, { thread: parent });
    for (const [place, name] of [
      [noFiles, "Attach Files"],
      [thread, "Send Messages in Threads"],
    ] as const) {
      const asked = stage.inbox.answer("command", (event) => event.responder.settle());
      people.slash({ by: stage.member, in: place }, "imagine", { prompt: "x" });
      expect((await asked).event.obstacle).toContain(name);
      const reacted = stage.inbox.answer("reaction", async () => {});
      people.react({ by: stage.member }, people.says({ by: stage.other, in: place }, "hi"), "🎲");
      expect((await reacted).event.obstacle).toContain(name);
    }
    expect(await obstacleIn(parent)).toBeNull();
  });

  async function obstacleIn(place: DiscordStage["channel"]): Promise<string | null> {
    const asked = stage.inbox.answer("command", (event) => event.responder.settle());
    stage.discord.people.slash({ by: stage.member, in: place }, "imagine", { prompt: "x" });
    return (await asked).event.obstacle;
  }
});
