import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ReplyRef } from "../../../src/core/model.ts";
import { PERMISSION } from "../../support/discord/permissions.ts";
import { textOf } from "../../support/discord/seen.ts";
import { createDiscordStage, type DiscordStage } from "../../support/discord/stage.ts";
import type { ChannelState } from "../../support/discord/state.ts";
import { aDoneView, aPicture, aView } from "../../support/views.ts";

/** Discord's flag for a message that notifies nobody (resources/message#message-flags). */
const SUPPRESS_NOTIFICATIONS = 1 << 12;
const note = aView({
  kind: "notice",
  jobId: null,
  prompt: "hey @everyone <@123456789012345678>",
  title: ["Painted for ", { type: "person", user: "123456789012345678", name: "Ana" }],
});

describe("Notes of the bot's own in a Discord channel", () => {
  let stage: DiscordStage;
  let adapter: ReturnType<DiscordStage["adapter"]>;
  beforeEach(async () => {
    stage = await createDiscordStage({ buckets: {} });
    adapter = await stage.start();
  });
  afterEach(() => stage.close());

  const open = (ref: ReplyRef) => stage.adapter().openReply(ref, async () => {});
  const refTo = (place: { readonly id: string }) => adapter.channelRef(stage.guild.id, place.id);
  const shown = (place = stage.channel) => stage.discord.messages(place.id);
  const without = (deny: bigint) =>
    stage.discord.people.channel(stage.guild, {
      overwrites: [{ id: stage.discord.world.bot.id, type: 1, allow: 0n, deny }],
    });

  it("are posted by the bot, tell nobody and ping nobody", async () => {
    const ref = refTo(stage.channel);
    expect(ref.messageKey).toBeNull();
    const posted = await open(JSON.parse(JSON.stringify(ref))).create(note);
    expect(posted.messageKey).toContain(shown()[0]?.id ?? "none");
    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toMatchObject({ ephemeralFor: null, webhookId: null, replyTo: null });
    expect(shown()[0]?.writes[0]?.via).toBe("bot");
    expect(shown()[0]?.pings).toEqual(new Set());
    expect((shown()[0]?.flags ?? 0) & SUPPRESS_NOTIFICATIONS).toBe(SUPPRESS_NOTIFICATIONS);
  });

  it("come once however often they are tried, and one for each address", async () => {
    const ref = refTo(stage.channel);
    stage.discord.fault({ route: "message.create", what: { type: "reset", when: "after" }, times: 1 });
    await expect(open(ref).create(note)).rejects.toMatchObject({ problem: "unavailable" });
    await open(ref).create(note);
    expect(shown()).toHaveLength(1);
    await open(refTo(stage.channel)).create(note);
    expect(shown()).toHaveLength(2);
  });

  it("can be changed and taken away", async () => {
    const handle = open(refTo(stage.channel));
    await handle.create(note);
    await handle.update(aView({ ...note, title: ["Deleted since"] }));
    expect(textOf(shown()[0] ?? expect.unreachable())).toContain("Deleted since");
    await handle.remove();
    expect(shown()).toEqual([]);
  });

  it("leave ordinary replies to be noticed, those of an earlier version too", async () => {
    const message = stage.discord.people.says({ by: stage.other, in: stage.channel }, "hi");
    const reacted = stage.inbox.answer("reaction", async () => {});
    stage.discord.people.react({ by: stage.member }, message, "🎲");
    const { replyTo } = (await reacted).event;
    await open(replyTo).create(aView());
    const { tone: _none, ...data } = z.record(z.string(), z.unknown()).parse(refTo(stage.channel).data);
    await open({ ...replyTo, data: JSON.parse(JSON.stringify(data)) }).create(aView());
    expect(shown()).toHaveLength(3);
    for (const one of shown()) expect(one.flags & SUPPRESS_NOTIFICATIONS).toBe(0);
  });

  it("go into a thread, and hold pictures as large as the server takes", async () => {
    const guild = stage.discord.people.guild({ uploadLimit: 100 * 1024 * 1024 });
    const place = stage.discord.people.channel(guild);
    stage.discord.people.announce(guild);
    await settled(() => adapter.channelRef(guild.id, place.id), 100 * 1024 * 1024);
    const thread = stage.discord.people.channel(stage.guild, { thread: stage.channel });
    await open(refTo(thread)).create(aDoneView(await aPicture()));
    expect(shown(thread)[0]?.attachments).toHaveLength(1);
  });

  it.each<[string, bigint]>([
    ["see the channel", PERMISSION.viewChannel],
    ["send messages", PERMISSION.sendMessages],
  ])("are forbidden where the bot may not %s", async (_, permission) => {
    const place = without(permission);
    await expect(open(refTo(place)).create(note)).rejects.toMatchObject({ problem: "forbidden" });
    expect(shown(place)).toEqual([]);
  });

  it("need no right to attach files unless there is a picture", async () => {
    const place = without(PERMISSION.attachFiles);
    await open(refTo(place)).create(note);
    const picture = aDoneView(await aPicture());
    await expect(open(refTo(place)).create(picture)).rejects.toMatchObject({ problem: "forbidden" });
    expect(shown(place)).toHaveLength(1);
  });

  it("are forbidden in a forum, which takes posts only, and in a server the bot was taken out of", async () => {
    const forum = stage.discord.people.channel(stage.guild, { type: 15 });
    const elsewhere = stage.discord.people.guild({ botInside: false });
    const places: readonly ChannelState[] = [forum, stage.discord.people.channel(elsewhere)];
    for (const place of places)
      await expect(open(refTo(place)).create(note)).rejects.toMatchObject({ problem: "forbidden" });
  });

  it("are gone with their channel", async () => {
    const place = stage.discord.people.channel(stage.guild);
    const ref = refTo(place);
    stage.discord.world.channels.delete(place.id);
    await expect(open(ref).create(note)).rejects.toMatchObject({ problem: "gone" });
  });

  /** Waits until the gateway has told of the server. */
  const settled = (ref: () => ReplyRef, maxBytes: number) =>
    expect.poll(() => open(ref()).pictures.maxBytes).toBe(maxBytes);
});
