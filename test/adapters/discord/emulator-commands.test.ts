import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../support/discord/emulator.ts";
import { rawClient } from "../../support/discord/raw-client.ts";

const command = (more: object = {}) => ({ name: "imagine", description: "Paints", ...more });
const option = (more: object = {}) => ({ type: 3, name: "prompt", description: "What", ...more });
const subcommand = (more: object = {}) => option({ type: 1, name: "do", ...more });
const many = (count: number, one: (more: object) => object, more: object = {}) =>
  Array.from({ length: count }, (_, n) => one({ name: `n${n}`, ...more }));
const large = (description: string, more: object = {}) =>
  many(10, subcommand, { options: many(8, option, { description, ...more }) });
const choices = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `c${n}`, value: `v${n}` }));

describe("The emulator's command registry, met by a wrong client", () => {
  let discord: DiscordEmulator;
  let client: ReturnType<typeof rawClient>;
  beforeAll(async () => {
    discord = await startDiscordEmulator({ buckets: {} });
    client = rawClient(discord);
  });
  afterAll(() => discord.close());
  const path = (rest = "") => `/applications/${discord.world.applicationId}${rest}/commands`;

  it.each<[string, object]>([
    ["an upper-case name", command({ name: "Imagine" })],
    ["a name of 33 characters", command({ name: "a".repeat(33) })],
    ["no description", command({ description: "" })],
    ["a description of 101 characters", command({ description: "d".repeat(101) })],
    ["a description on a menu entry", command({ type: 3, name: "Imagine this" })],
    [
      "an optional option before a required one",
      command({ options: [option(), option({ name: "b", required: true })] }),
    ],
    ["an option twice", command({ options: [option(), option()] })],
    ["26 choices", command({ options: [option({ choices: choices(26) })] })],
    ["a longest length over 6000", command({ options: [option({ max_length: 6001 })] })],
    [
      "a choice of 101 characters",
      command({ options: [option({ choices: [{ name: "c".repeat(101), value: "v" }] })] }),
    ],
    ["a number's choice for a text", command({ options: [option({ choices: [{ name: "c", value: 1 }] })] })],
    ["choices for a person", command({ options: [option({ type: 6, choices: choices(1) })] })],
    ["a least value of a text", command({ options: [option({ min_value: 1 })] })],
    ["kinds of channels for a role", command({ options: [option({ type: 8, channel_types: [0] })] })],
    ["a range that is none", command({ options: [option({ type: 4, min_value: 2, max_value: 1 })] })],
    [
      "completion beside choices",
      command({ options: [option({ choices: choices(1), autocomplete: true })] }),
    ],
    ["a subcommand beside an option", command({ options: [subcommand(), option({ name: "b" })] })],
    ["a subcommand in a subcommand", command({ options: [subcommand({ options: [subcommand()] })] })],
    ["a subcommand that is required", command({ options: [subcommand({ required: true })] })],
    ["26 subcommands", command({ options: many(26, subcommand) })],
    ["26 options of a subcommand", command({ options: [subcommand({ options: many(26, option) })] })],
    ["an option in an option", command({ options: [option({ options: [option()] })] })],
    [
      "a required option after an optional one in a subcommand",
      command({ options: [subcommand({ options: [option(), option({ name: "b", required: true })] })] }),
    ],
    ["permissions that are no number", command({ default_member_permissions: "MANAGE_MESSAGES" })],
    ["no place at all", command({ contexts: [] })],
    ["a command of more than 8000 characters in all", command({ options: large("d".repeat(100)) })],
    [
      "a command of more than 8000 characters in a translation",
      command({ options: large("d", { description_localizations: { de: "d".repeat(100) } }) }),
    ],
    ["a longest length on a number", command({ options: [option({ type: 4, max_length: 5 })] })],
    [
      "other private conversations without a user install",
      command({ contexts: [2], integration_types: [0] }),
    ],
  ])("refuses %s (50035)", async (_, body) => {
    expect(await client.request("PUT", path(), [body])).toMatchObject({ status: 400, code: 50035 });
  });

  it("refuses the same name twice, contexts in one server, and a body that is no list", async () => {
    const guild = discord.people.guild();
    const refused = { status: 400, code: 50035 };
    expect(await client.request("PUT", path(), [command(), command()])).toMatchObject(refused);
    const inGuild = path(`/guilds/${guild.id}`);
    expect(await client.request("PUT", inGuild, [command({ contexts: [0] })])).toMatchObject(refused);
    expect(await client.request("PUT", path(), command())).toMatchObject(refused);
  });

  it("refuses another application and a server without the bot (50001)", async () => {
    const guild = discord.people.guild({ botInside: false });
    expect(await client.request("GET", path(`/guilds/${guild.id}`))).toMatchObject({ code: 50001 });
    const other = `/applications/${discord.world.nextId()}/commands`;
    expect(await client.request("GET", other)).toMatchObject({ code: 50001 });
  });

  it("takes subcommands, alone and in a group, and what only members with a permission are offered", async () => {
    const options = [
      subcommand({ options: [option()] }),
      { ...subcommand(), type: 2, name: "g", options: [subcommand()] },
    ];
    const body = command({ options, default_member_permissions: "8192", contexts: [0] });
    expect(await client.request("PUT", path(), [body])).toMatchObject({ status: 200 });
    const [stored] = discord.world.commands.get("global") ?? [];
    expect(stored).toMatchObject({ default_member_permissions: "8192", contexts: [0], dm_permission: false });
  });

  it("gives back what it stored with Discord's defaults, and without a false `required`", async () => {
    await client.request("PUT", path(), [command({ options: [option({ required: false })] })]);
    const [stored] = discord.world.commands.get("global") ?? [];
    expect(stored).toMatchObject({ type: 1, nsfw: false, name_localizations: null, integration_types: [0] });
    expect(JSON.stringify(stored?.["options"])).not.toContain("required");
  });
});
