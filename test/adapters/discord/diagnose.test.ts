import { describe, expect, it, onTestFinished } from "vitest";
import { type DiscordDiagnosisOptions, diagnoseDiscord } from "../../../adapters/discord/diagnose.ts";
import { commands } from "../../../commands/index.ts";
import {
  type DiscordEmulator,
  type EmulatorOptions,
  startDiscordEmulator,
} from "../../support/discord/emulator.ts";
import { PERMISSION } from "../../support/discord/permissions.ts";
import { registerCommands } from "../../support/discord/register-commands.ts";
import { findingsOf, troublesIn } from "../../support/findings.ts";

async function start(options: EmulatorOptions = {}): Promise<DiscordEmulator> {
  const discord = await startDiscordEmulator(options);
  onTestFinished(() => discord.close());
  return discord;
}

/** A bot that is in one server, with its commands registered everywhere. */
async function startWell(options: EmulatorOptions = {}) {
  const discord = await start(options);
  const guild = discord.people.guild();
  await registerCommands(discord, null);
  return { discord, guild };
}

function diagnosed(discord: DiscordEmulator, overrides: Partial<DiscordDiagnosisOptions> = {}) {
  const { token, apiUrl } = discord;
  return findingsOf(
    diagnoseDiscord({ token, apiUrl, guildId: null, channels: "any", commands, ...overrides }),
  );
}

const invite = (discord: DiscordEmulator) =>
  `https://discord.com/oauth2/authorize?client_id=${discord.world.applicationId}&scope=bot+applications.commands&permissions=274878024768`;

describe("a look at Discord", () => {
  it("tells that token, gateway, commands and permissions are well", async () => {
    const { discord } = await startWell();
    const findings = await diagnosed(discord);
    expect(findings.map(({ mark, what }) => `${mark}: ${what}`)).toEqual([
      `ok: The token is good: imagine, application ${discord.world.applicationId}.`,
      "ok: Gateway: 999 of 1000 starts are left for the next 4 hours, 1 shard; the intents (9217) need no privilege.",
      "ok: The commands are registered everywhere.",
      "ok: The bot is in 1 server and may post pictures there; single channels may forbid it, and the bot then says so.",
    ]);
  });

  it("connects to no gateway and changes nothing", async () => {
    const { discord } = await startWell();
    await diagnosed(discord);
    expect(discord.gateway.stats.connections).toBe(0);
    const writes = discord.requests.filter(({ method }) => method !== "GET");
    expect(writes.map(({ route }) => route)).toEqual(["commands.put"]);
  });

  it("takes a token with its word in front, and an address with its slash", async () => {
    const { discord } = await startWell();
    const findings = await diagnosed(discord, {
      token: ` Bot ${discord.token}`,
      apiUrl: `${discord.apiUrl}/`,
    });
    expect(troublesIn(findings)).toEqual([]);
  });

  it("looks at the first servers only where there are many", async () => {
    const { discord } = await startWell();
    for (let n = 0; n < 6; n += 1) discord.people.guild();
    const findings = await diagnosed(discord);
    expect(findings.at(-1)?.what).toContain("in 7 servers and may post pictures in the first 5 of them");
  });

  it("notes commands that no start has registered yet", async () => {
    const discord = await start();
    discord.people.guild();
    const findings = await diagnosed(discord);
    expect(troublesIn(findings)).toEqual([]);
    expect(findings).toContainEqual({
      part: "Discord",
      mark: "note",
      what: "No command is registered everywhere yet.",
      fix: "Start the bot: it registers them by itself.",
    });
  });
});

describe("trouble at Discord makes one line with the fix:", () => {
  async function trouble(discord: DiscordEmulator, overrides: Partial<DiscordDiagnosisOptions> = {}) {
    const [found, ...others] = troublesIn(await diagnosed(discord, overrides));
    expect(others).toEqual([]);
    expect(JSON.stringify(found)).not.toContain(discord.token);
    return found;
  }

  it("a token Discord does not know", async () => {
    const { discord } = await startWell();
    expect(await trouble(discord, { token: "not.the.token" })).toEqual({
      part: "Discord",
      mark: "failure",
      what: "Discord refuses the bot's token.",
      fix: "Make a fresh one in the Developer Portal (Bot, Reset Token) and set DISCORD_TOKEN to it.",
    });
    // Refused calls are counted there.
    expect(discord.requests.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  it("interactions that go elsewhere", async () => {
    const { discord } = await startWell();
    discord.world.portal.interactionsEndpointUrl = "https://elsewhere.example/interactions";
    expect(await trouble(discord)).toMatchObject({
      mark: "failure",
      what: expect.stringContaining("to an Interactions Endpoint URL instead of this bot"),
      fix: expect.stringContaining("General Information"),
    });
  });

  it("an invite link that cannot work", async () => {
    const { discord } = await startWell();
    discord.world.portal.requiresCodeGrant = true;
    expect(await trouble(discord)).toMatchObject({
      mark: "warning",
      what: expect.stringContaining("code grant"),
      fix: expect.stringContaining("Switch “Requires OAuth2 Code Grant” off"),
    });
  });

  it.each([
    [0, "failure", "The bot cannot connect before its count of starts is reset: 0 of 1000"],
    [7, "warning", "Only 7 of 1000 starts are left for the next 4 hours."],
  ])("%d starts left", async (startsLeft, mark, what) => {
    const { discord } = await startWell({ startsLeft });
    expect(await trouble(discord)).toMatchObject({
      mark,
      what: expect.stringContaining(what),
      fix: expect.stringContaining("restarts the bot so often"),
    });
  });

  it("commands of another version", async () => {
    const { discord } = await startWell();
    expect(await trouble(discord, { channels: "age-restricted" })).toMatchObject({
      mark: "warning",
      what: "The commands registered everywhere are not those of this version.",
      fix: "Start the bot once: it registers them by itself.",
    });
  });

  it("a server of DISCORD_GUILD_ID that the bot is not in", async () => {
    const { discord } = await startWell();
    const other = discord.people.guild({ botInside: false });
    expect(await trouble(discord, { guildId: other.id })).toMatchObject({
      mark: "failure",
      what: `The bot is not in the server of DISCORD_GUILD_ID (${other.id}).`,
      fix: `Add it there with ${invite(discord)} or correct or unset DISCORD_GUILD_ID.`,
    });
  });

  it("commands that are there twice", async () => {
    const { discord, guild } = await startWell();
    await registerCommands(discord, guild.id);
    expect(await trouble(discord)).toMatchObject({
      mark: "warning",
      what: `In the server “${guild.name}” every command is there twice: registered in it, and everywhere.`,
      fix: `Set DISCORD_GUILD_ID to ${guild.id} to have them in that server only.`,
    });
  });

  it("no server", async () => {
    const discord = await start();
    await registerCommands(discord, null);
    expect(await trouble(discord)).toMatchObject({
      mark: "warning",
      what: "The bot is in no server.",
      fix: `Open ${invite(discord)} and add it to yours.`,
    });
  });

  it("permissions that a picture needs", async () => {
    const { discord, guild } = await startWell();
    for (const role of guild.roles) role.permissions &= ~(PERMISSION.attachFiles | PERMISSION.sendMessages);
    expect(await trouble(discord)).toMatchObject({
      mark: "warning",
      what: "In the server “A guild” the bot lacks Send Messages, Attach Files, so it posts no pictures there.",
      fix: expect.stringContaining(invite(discord)),
    });
  });

  it.each<[string, Parameters<DiscordEmulator["fault"]>[0]["what"], string, string]>([
    [
      "a fault of Discord's",
      { type: "status", status: 503, when: "before" },
      "failure",
      "Discord had a fault",
    ],
    ["a lost connection", { type: "reset", when: "before" }, "failure", "Discord could not be reached"],
    [
      "a page instead of an answer",
      { type: "status", status: 200, when: "before" },
      "failure",
      "not as Discord does",
    ],
    [
      "an application under restriction",
      { type: "refuse", status: 403, code: 20012, message: "Not authorised" },
      "failure",
      "Discord refuses what the doctor asks (HTTP 403, code 20012)",
    ],
    [
      "a limit for hours",
      { type: "rate-limit", scope: "global", retryAfterMs: 7_200_000 },
      "warning",
      "Discord asks for patience",
    ],
  ])("%s", async (_, what, mark, sentence) => {
    const { discord } = await startWell();
    discord.fault({ route: "application", what, times: 1 });
    expect(await trouble(discord)).toMatchObject({
      mark,
      what: expect.stringContaining(sentence),
      fix: expect.any(String),
    });
  });

  it("no way there", async () => {
    const { discord } = await startWell();
    expect(await trouble(discord, { apiUrl: "http://127.0.0.1:1/api" })).toMatchObject({
      mark: "failure",
      what: "Discord could not be reached (127.0.0.1:1: ECONNREFUSED).",
      fix: expect.stringContaining("discordstatus.com"),
    });
  });
});
