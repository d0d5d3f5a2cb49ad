import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registrationOf } from "../../../adapters/discord/registration.ts";
import { sameCommands } from "../../../adapters/discord/same-commands.ts";
import { commands } from "../../../commands/index.ts";
import { createDiscordStage, type DiscordStage } from "../../support/discord/stage.ts";

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
    expect(registered("global").map((one) => one["name"])).toEqual(["imagine", "images", "Imagine this"]);
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
    expect(registered(stage.guild.id)).toHaveLength(3);
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
    expect(registered("global")).toHaveLength(3);
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

  it("sees no difference in what Discord adds or leaves out", () => {
    const ours = registrationOf(everywhere);
    const theirs = JSON.parse(JSON.stringify(ours)).map((one: Record<string, unknown>, index: number) => ({
      ...one,
      id: String(index),
      version: "1",
      description: one["description"] ?? "",
      name_localizations: {},
      integration_types: [1, 0],
    }));
    expect(sameCommands(ours, theirs.reverse(), null)).toBe(true);
    expect(sameCommands(ours, theirs.slice(1), null)).toBe(false);
  });
});
