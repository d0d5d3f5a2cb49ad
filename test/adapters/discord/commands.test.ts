import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Registered, registrationOf } from "../../../adapters/discord/registration.ts";
import { sameCommands } from "../../../adapters/discord/same-commands.ts";
import { imagesAdmin } from "../../../commands/images-admin.ts";
import { commands } from "../../../commands/index.ts";
import { checkCommands } from "../../support/discord/command-rules.ts";
import { createDiscordStage, type DiscordStage } from "../../support/discord/stage.ts";
import type { UserState } from "../../support/discord/state.ts";

const actionShape = z.looseObject({
  type: z.int(),
  name: z.string(),
  options: z.array(z.looseObject({ name: z.string(), type: z.int() })).optional(),
});
const optionsOf = (command: Registered) => z.array(actionShape).parse(command["options"]);
const everywhere = { commands, localizations: {}, channels: "any", guildId: null } as const;

describe("Registering the commands with Discord", () => {
  let stage: DiscordStage;
  beforeEach(async () => {
    stage = await createDiscordStage();
  });
  afterEach(() => stage.close());
  const registered = (scope: string) => stage.discord.world.commands.get(scope) ?? [];

  it("registers them everywhere, with the message menu's entry, and once only", async () => {
    await stage.start();
    expect(registered("global").map((one) => one["name"])).toEqual([
      "imagine",
      "images",
      "images-admin",
      "Imagine this",
    ]);
    await stage.start();
    expect(stage.discord.world.overwrites).toEqual(["global"]);
  });

  it("registers typed options: choices with readable labels, whole numbers with their range", async () => {
    await stage.start();
    const imagine = registered("global").find((one) => one["name"] === "imagine");
    expect(imagine).toMatchObject({ contexts: [0, 1, 2], integration_types: [0, 1] });
    expect(imagine?.["options"]).toMatchObject([
      { name: "prompt", type: 3, required: true, max_length: 2000 },
      { name: "ar", type: 3, choices: expect.arrayContaining([expect.objectContaining({ value: "16:9" })]) },
      { name: "seed", type: 4, max_value: 2_147_483_647 },
      { name: "no", type: 3 },
    ]);
  });

  it("registers what a command can do as subcommands, with pickers for people, roles and channels", async () => {
    await stage.start();
    const admin = registered("global").find((one) => one["name"] === "images-admin");
    const actions = z.array(actionShape).parse(admin?.["options"]);
    expect(actions.map((one) => [one.type, one.name])).toEqual(
      imagesAdmin.actions.map((action) => [1, action.name]),
    );
    const typesOf = (name: string) =>
      actions.find((one) => one.name === name)?.options?.map((option) => [option.name, option.type]);
    expect(typesOf("block")).toEqual([
      ["user", 6],
      ["reason", 3],
      ["days", 4],
    ]);
    expect(typesOf("channel")).toEqual([
      ["rule", 3],
      ["channel", 7],
    ]);
    expect(typesOf("role")).toEqual([
      ["rule", 3],
      ["role", 8],
    ]);
    expect(typesOf("status")).toBeUndefined();
  });

  it("offers staff commands in servers only, to members who may manage messages", async () => {
    await stage.start();
    const admin = registered("global").find((one) => one["name"] === "images-admin");
    expect(admin).toMatchObject({
      default_member_permissions: "8192",
      contexts: [0],
      integration_types: [0],
      nsfw: false,
    });
    const { people } = stage.discord;
    const offered = (by: UserState, place = stage.channel) => people.offered({ by, in: place });
    const owner = people.join(stage.guild, people.user("Olga"), "owner");
    expect(offered(stage.member)).toEqual(["imagine", "images", "Imagine this"]);
    for (const staff of [stage.moderator, owner]) expect(offered(staff)).toContain("images-admin");
    expect(offered(owner, people.directChannel(owner))).toEqual(["imagine", "images", "Imagine this"]);
  });

  it("keeps staff commands out of the mark for age-restricted channels", async () => {
    await stage.start({ channels: "age-restricted" });
    const offered = stage.discord.people.offered({ by: stage.moderator, in: stage.channel });
    expect(offered).toEqual(["images-admin"]);
  });

  it.each([null, "123456789012345678"])(
    "defines every command within Discord's limits (server: %s)",
    (guildId) => {
      const scope = { guildId, applicationId: "1", nextId: () => "2" };
      expect(() => checkCommands(registrationOf({ ...everywhere, guildId }), scope)).not.toThrow();
    },
  );

  it("registers them anew when one has changed", async () => {
    await stage.start();
    const changed = commands.map((one) => ({ ...one, description: `${one.description}!` }));
    await stage.start({ commands: changed });
    expect(stage.discord.world.overwrites).toEqual(["global", "global"]);
    expect(registered("global")[0]?.["description"]).toBe("Paint a picture from words!");
  });

  it("registers them in one server only when told so, and takes them away from everywhere", async () => {
    await stage.start();
    await stage.start({ guildId: stage.guild.id });
    expect(registered(stage.guild.id)).toHaveLength(4);
    expect(registered("global")).toEqual([]);
    await stage.start({ guildId: stage.guild.id });
    expect(stage.discord.world.overwrites).toEqual(["global", stage.guild.id, "global"]);
  });

  it("stops the start with a sentence when the bot is not in that server", async () => {
    const elsewhere = stage.discord.people.guild({ botInside: false });
    await expect(stage.start({ guildId: elsewhere.id })).rejects.toMatchObject({
      code: "config",
      message: expect.stringContaining("DISCORD_GUILD_ID"),
      remedy: expect.stringContaining("invite link"),
    });
  });

  it("waits out trouble on the way", async () => {
    stage.discord.fault({
      route: "commands.get",
      what: { type: "status", status: 503, when: "before" },
      times: 1,
    });
    const starting = stage.start();
    await expect.poll(() => stage.lines.some((line) => line.message.includes("trying again"))).toBe(true);
    await stage.discord.clock.advance(2_000);
    await starting;
    expect(registered("global")).toHaveLength(4);
  });

  it("is answered in other languages and marked for age-restricted channels when asked", async () => {
    await stage.start({
      channels: "age-restricted",
      localizations: { imagine: { descriptions: { de: "Male ein Bild" } } },
    });
    expect(registered("global")[0]).toMatchObject({
      nsfw: true,
      description_localizations: { de: "Male ein Bild" },
    });
  });

  it("sees no difference in what Discord adds or leaves out, nor in the order of lists", () => {
    const ours = registrationOf(everywhere);
    const scope = { guildId: null, applicationId: "1", nextId: () => "2" };
    const theirs = checkCommands(ours, scope).map((one) => ({
      ...one,
      name_localizations: {},
      integration_types: z.array(z.int()).parse(one["integration_types"]).reverse(),
    }));
    expect(sameCommands(ours, theirs.toReversed(), null)).toBe(true);
    expect(sameCommands(ours, theirs.slice(1), null)).toBe(false);
  });

  it.each<[string, (admin: Registered) => Registered]>([
    ["who is offered a command", (admin) => ({ ...admin, default_member_permissions: null })],
    ["where it can be used", (admin) => ({ ...admin, contexts: [0, 1] })],
    ["an action that is gone", (admin) => ({ ...admin, options: optionsOf(admin).slice(1) })],
    [
      "an option inside an action",
      (admin) => ({ ...admin, options: optionsOf(admin).map((one) => ({ ...one, options: [] })) }),
    ],
    [
      "the channels of a picker",
      (admin) => JSON.parse(JSON.stringify(admin).replace('"channel_types":[0,', '"channel_types":[')),
    ],
  ])("sees a difference in %s", (_, change) => {
    const ours = registrationOf(everywhere);
    const theirs = ours.map((one) => (one["name"] === "images-admin" ? change(one) : one));
    expect(sameCommands(ours, theirs, null)).toBe(false);
  });
});
