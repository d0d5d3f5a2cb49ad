import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OptionValues } from "../../support/discord/offers.ts";
import type { Doing, Rank } from "../../support/discord/people.ts";
import { PERMISSION } from "../../support/discord/permissions.ts";
import { createDiscordStage, type DiscordStage } from "../../support/discord/stage.ts";
import type { ChannelState, UserState } from "../../support/discord/state.ts";

describe("What Discord says of places and people", () => {
  let stage: DiscordStage;
  beforeEach(async () => {
    stage = await createDiscordStage({ buckets: {} });
    await stage.start();
  });
  afterEach(() => stage.close());

  async function asked(doing: Partial<Doing> = {}, command = "images help", values: OptionValues = {}) {
    const answered = stage.inbox.answer("command", (event) => event.responder.settle());
    stage.discord.people.slash({ by: stage.member, in: stage.channel, ...doing }, command, values);
    return (await answered).event;
  }
  async function reacted(by: UserState, place: ChannelState) {
    const heard = stage.inbox.answer("reaction", async () => {});
    const message = stage.discord.people.says({ by: stage.other, in: place }, "hi");
    stage.discord.people.react({ by }, message, "🎲");
    return (await heard).event;
  }
  const both = async (by: UserState, place: ChannelState) => [
    await asked({ by, in: place }),
    await reacted(by, place),
  ];

  it("hands over the action that was chosen, with its options", async () => {
    const event = await asked({}, "images show", { id: "abcdefgh2345" });
    expect(event).toMatchObject({
      command: "images",
      input: { type: "options", action: "show", options: { id: "abcdefgh2345" } },
    });
    expect((await asked({}, "imagine", { prompt: "a fox" })).input).toMatchObject({ action: null });
  });

  it("hands chosen people, roles and channels over by their ids", async () => {
    const by = stage.moderator;
    const artists = stage.discord.people.role(stage.guild, "artists");
    const person = await asked({ by }, "images-admin block", { user: stage.other, days: 7 });
    expect(person.input).toMatchObject({ action: "block", options: { user: stage.other.id, days: 7 } });
    const role = await asked({ by }, "images-admin role", { rule: "allow", role: artists });
    expect(role.input).toMatchObject({ action: "role", options: { rule: "allow", role: artists.id } });
    const channel = await asked({ by }, "images-admin log-channel", { channel: stage.channel });
    expect(channel.input).toMatchObject({ options: { channel: stage.channel.id } });
  });

  it("lets nobody choose a thread, since a rule about a channel holds in its threads", async () => {
    const thread = stage.discord.people.channel(stage.guild, { thread: stage.channel });
    const choice = asked({ by: stage.moderator }, "images-admin channel", { rule: "allow", channel: thread });
    await expect(choice).rejects.toThrow("channel cannot be");
  });

  it("names a channel itself, whatever category it is in", async () => {
    const category = stage.discord.people.channel(stage.guild, { type: 4 });
    const place = stage.discord.people.channel(stage.guild, { category });
    for (const event of await both(stage.member, place))
      expect(event.place).toEqual({ channel: place.id, kind: "channel", ageRestricted: false });
  });

  it("names a thread's channel, whose mark holds in the thread", async () => {
    const { people } = stage.discord;
    const restricted = people.channel(stage.guild, { nsfw: true });
    const forum = people.channel(stage.guild, { type: 15 });
    for (const parent of [restricted, forum]) {
      const thread = people.channel(stage.guild, { thread: parent });
      for (const event of await both(stage.member, thread))
        expect(event.place).toEqual({ channel: parent.id, kind: "channel", ageRestricted: parent.nsfw });
    }
  });

  it("knows a thread's channel from the event where the gateway never told of the thread", async () => {
    const guild = stage.discord.people.guild({ botInside: false });
    const place = stage.discord.people.channel(guild, { nsfw: true });
    const thread = stage.discord.people.channel(guild, { thread: place });
    stage.discord.people.join(guild, stage.member);
    const brought = { userInstallOnly: true };
    expect((await asked({ in: place, ...brought })).place).toMatchObject({ ageRestricted: true });
    expect((await asked({ in: thread, ...brought })).place).toEqual({
      channel: place.id,
      kind: "channel",
      ageRestricted: null,
    });
  });

  it("calls private conversations direct, without roles or rights", async () => {
    const nothing = { roles: [], moderator: false, owner: false };
    const place = stage.discord.people.directChannel(stage.member);
    for (const event of await both(stage.member, place)) {
      expect(event.place).toEqual({ channel: place.id, kind: "direct", ageRestricted: null });
      expect(event.standing).toEqual(nothing);
    }
    const between = stage.discord.people.directChannel(stage.member, stage.other);
    const event = await asked({ in: between, userInstallOnly: true });
    expect(event.place.kind).toBe("direct");
  });

  it.each<[Rank, object]>([
    ["member", { moderator: false, owner: false }],
    ["moderator", { moderator: true, owner: false }],
    ["manager", { moderator: true, owner: true }],
    ["administrator", { moderator: true, owner: true }],
    ["owner", { moderator: true, owner: true }],
  ])("knows the rights of a server's %s, from commands and from emoji", async (rank, rights) => {
    const person = stage.discord.people.join(stage.guild, stage.discord.people.user("Kim"), rank);
    for (const event of await both(person, stage.channel)) expect(event.standing).toMatchObject(rights);
  });

  it("takes a channel's own permissions into account", async () => {
    const overwrites = [
      { id: stage.member.id, type: 1, allow: PERMISSION.manageMessages, deny: 0n } as const,
    ];
    const place = stage.discord.people.channel(stage.guild, { overwrites });
    for (const event of await both(stage.member, place)) expect(event.standing.moderator).toBe(true);
    for (const event of await both(stage.member, stage.channel)) expect(event.standing.moderator).toBe(false);
  });

  it("hands over a member's roles, @everyone among them", async () => {
    const artists = stage.discord.people.role(stage.guild, "artists", stage.member);
    for (const event of await both(stage.member, stage.channel))
      expect(event.standing.roles).toEqual([stage.guild.id, artists.id]);
    for (const event of await both(stage.other, stage.channel))
      expect(event.standing.roles).toEqual([stage.guild.id]);
  });

  it("keeps rights and place with presses and forms too", async () => {
    const thread = stage.discord.people.channel(stage.guild, { thread: stage.channel });
    const by = { by: stage.moderator, in: thread };
    const message = stage.discord.people.says({ by: stage.other, in: thread }, "hi");
    const pressed = stage.inbox.answer("action", (event) =>
      event.responder.form({
        title: "T",
        submit: "S",
        command: "imagine",
        parentId: "j",
        fields: [
          {
            option: "prompt",
            label: "Prompt",
            value: "a fox",
            required: true,
            multiline: true,
            choices: [],
            maxLength: null,
          },
        ],
      }),
    );
    const one = stage.discord.people.pressId(by, message, "do|edit|job-1");
    const press = (await pressed).event;
    const sent = stage.inbox.answer("command", (event) => event.responder.settle());
    stage.discord.people.submit(by, one, {});
    for (const event of [press, (await sent).event]) {
      expect(event.place.channel).toBe(stage.channel.id);
      expect(event.standing).toMatchObject({ moderator: true, owner: false });
    }
  });
});
