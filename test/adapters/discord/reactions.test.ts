import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReactionEvent } from "../../../src/core/events.ts";
import { textOf } from "../../support/discord/seen.ts";
import { createDiscordStage, type DiscordStage } from "../../support/discord/stage.ts";
import type { ChannelState, MessageState, UserState } from "../../support/discord/state.ts";
import { aView } from "../../support/views.ts";

const word = aView({ kind: "refusal", jobId: null, prompt: null, title: ["Not yours"] });

describe("Reactions on Discord", () => {
  let stage: DiscordStage;
  beforeEach(async () => {
    stage = await createDiscordStage({ buckets: {} });
    await stage.start();
  });
  afterEach(() => stage.close());

  async function reaction(by: UserState, message: MessageState, emoji = "🎲"): Promise<ReactionEvent> {
    const reacted = stage.inbox.answer("reaction", async () => {});
    stage.discord.people.react({ by }, message, emoji);
    return (await reacted).event;
  }
  const said = (place = stage.channel) => stage.discord.people.says({ by: stage.other, in: place }, "hi");

  it("hears them in a private conversation that discord.js has never seen", async () => {
    const place = stage.discord.people.directChannel(stage.member);
    const event = await reaction(stage.member, said(place));
    expect(event).toMatchObject({ intent: "reroll", obstacle: null, standing: { moderator: false } });
    expect(event.messageKey).toContain("/@me/");
  });

  it("hears them in threads, and each of the emoji that mean something", async () => {
    const thread = stage.discord.people.channel(stage.guild, { thread: stage.channel });
    stage.discord.people.announce(stage.guild);
    for (const [emoji, intent] of [
      ["🔁", "reroll"],
      ["🔄", "reroll"],
      ["❌", "delete"],
      ["✉️", "send-to-me"],
    ] as const)
      expect((await reaction(stage.member, said(thread), emoji)).intent).toBe(intent);
  });

  it("knows a moderator by roles and overwrites", async () => {
    expect((await reaction(stage.moderator, said())).standing.moderator).toBe(true);
    expect((await reaction(stage.member, said())).standing.moderator).toBe(false);
  });

  it("answers with a reply to the message, once however often it is tried", async () => {
    const message = said();
    const { replyTo } = await reaction(stage.member, message);
    stage.discord.fault({ route: "message.create", what: { type: "reset", when: "after" }, times: 1 });
    const handle = stage.adapter().openReply(replyTo, async () => {});
    await expect(handle.create(aView())).rejects.toMatchObject({ problem: "unavailable" });
    await handle.create(aView());
    const replies = stage.discord.messages(stage.channel.id).filter((one) => one.authorId !== stage.other.id);
    expect(replies).toHaveLength(1);
    expect(replies[0]).toMatchObject({ replyTo: message.id });
    expect(replies[0]?.writes[0]?.allowedMentions).toEqual({ parse: [], replied_user: false });
  });

  it("answers all the same when the message is gone", async () => {
    const message = said();
    const { replyTo } = await reaction(stage.member, message);
    message.deleted = true;
    await stage
      .adapter()
      .openReply(replyTo, async () => {})
      .create(aView());
    expect(stage.discord.messages(stage.channel.id).at(-1)?.replyTo).toBeNull();
  });

  it("whispers once an hour to a person, and stays silent where messages are closed", async () => {
    const event = await reaction(stage.member, said());
    await event.whisper(word);
    await event.whisper(word);
    const whispers = () => stage.discord.messages().filter((one) => textOf(one).includes("Not yours"));
    expect(whispers()).toHaveLength(1);
    await stage.discord.clock.advance(61 * 60_000);
    await event.whisper(word);
    expect(whispers()).toHaveLength(2);
    stage.other.takesDirectMessages = false;
    await (await reaction(stage.other, said())).whisper(word);
    expect(whispers()).toHaveLength(2);
  });

  it("takes the server's upload limit for a reply without an interaction", async () => {
    const guild = stage.discord.people.guild({ uploadLimit: 100 * 1024 * 1024 });
    const place = stage.discord.people.channel(guild);
    stage.discord.people.join(guild, stage.member);
    stage.discord.people.announce(guild);
    const boosted = await reaction(stage.member, said(place));
    const plain = await reaction(stage.member, said());
    const sizeOf = (event: ReactionEvent) =>
      stage.adapter().openReply(event.replyTo, async () => {}).pictures.maxBytes;
    expect([sizeOf(boosted), sizeOf(plain)]).toEqual([100 * 1024 * 1024, 10 * 1024 * 1024]);
  });
});

describe("Age-restricted channels", () => {
  it("are the only ones where pictures are made when the owner says so", async () => {
    const stage = await createDiscordStage({ buckets: {} });
    const restricted = stage.discord.people.channel(stage.guild);
    restricted.nsfw = true;
    const thread = stage.discord.people.channel(stage.guild, { thread: restricted });
    await stage.start({ channels: "age-restricted" });
    const obstacles = [];
    for (const place of [stage.channel, restricted, thread]) {
      const by = { by: stage.member, in: place };
      const message = stage.discord.people.says(by, "hi");
      const pressed = stage.inbox.answer("action", (event) => event.responder.settle());
      stage.discord.people.pressId(by, message, "do|reroll|job-1");
      const reacted = stage.inbox.answer("reaction", async () => {});
      stage.discord.people.react(by, message, "🎲");
      obstacles.push([(await pressed).event.obstacle, (await reacted).event.obstacle]);
    }
    const only = expect.stringContaining("age-restricted");
    expect(obstacles).toEqual([
      [only, only],
      [null, null],
      [null, null],
    ]);
    const offered = (place: ChannelState) => stage.discord.people.offered({ by: stage.member, in: place });
    expect(offered(stage.channel)).toEqual([]);
    expect(offered(thread)).toContain("imagine");
    await stage.close();
  });
});
