import { Routes } from "discord.js";
import { z } from "zod";
import { BotError } from "../../src/errors.ts";
import type { DiscordHttp } from "./http.ts";
import { type Registered, type RegistrationOptions, registrationOf } from "./registration.ts";
import { sameCommands } from "./same-commands.ts";
import { CODE, codeOf } from "./trouble.ts";

const commandList = z.array(z.looseObject({ name: z.string() }));

/**
 * Registers the commands where Discord has others: in one server, or everywhere. In one server ours are taken away
 * from everywhere, so that nobody sees them twice. @throws BotError `config` when the server is out of reach
 */
export async function syncCommands(
  http: DiscordHttp,
  applicationId: string,
  options: RegistrationOptions,
): Promise<"changed" | "unchanged"> {
  const { guildId } = options;
  const wanted = registrationOf(options);
  try {
    const present = await commandsIn(http, applicationId, guildId);
    const same = sameCommands(present, wanted, guildId);
    if (!same) await http.bot({ method: "put", route: routeOf(applicationId, guildId), body: wanted });
    if (guildId !== null) await takeFromEverywhere(http, applicationId, wanted);
    return same ? "unchanged" : "changed";
  } catch (error) {
    if (!isShutOut(error, guildId)) throw error;
    throw new BotError("Discord does not let the bot register commands in the server of DISCORD_GUILD_ID.", {
      code: "config",
      context: { guildId },
      remedy: "Add the bot to that server with the invite link, or correct or unset DISCORD_GUILD_ID.",
    });
  }
}

/** How what is registered compares with ours; nothing is changed. `shut-out`: not a server of the bot's. */
export async function compareCommands(
  http: DiscordHttp,
  applicationId: string,
  options: RegistrationOptions,
): Promise<"same" | "different" | "none" | "shut-out"> {
  const { guildId } = options;
  try {
    const present = await commandsIn(http, applicationId, guildId);
    if (present.length === 0) return "none";
    return sameCommands(present, registrationOf(options), guildId) ? "same" : "different";
  } catch (error) {
    if (isShutOut(error, guildId)) return "shut-out";
    throw error;
  }
}

/** What is registered in a server, or everywhere. */
export async function commandsIn(
  http: DiscordHttp,
  applicationId: string,
  guildId: string | null,
): Promise<readonly { readonly name: string }[]> {
  const query = new URLSearchParams({ with_localizations: "true" });
  return commandList.parse(await http.bot({ method: "get", route: routeOf(applicationId, guildId), query }));
}

function routeOf(applicationId: string, guildId: string | null) {
  return guildId === null
    ? Routes.applicationCommands(applicationId)
    : Routes.applicationGuildCommands(applicationId, guildId);
}

function isShutOut(error: unknown, guildId: string | null): boolean {
  const code = codeOf(error);
  return guildId !== null && (code === CODE.missingAccess || code === CODE.unknownGuild);
}

async function takeFromEverywhere(
  http: DiscordHttp,
  applicationId: string,
  ours: readonly Registered[],
): Promise<void> {
  const present = await commandsIn(http, applicationId, null);
  const names = new Set(ours.map((one) => one["name"]));
  const others = present.filter((one) => !names.has(one.name));
  if (others.length < present.length)
    await http.bot({ method: "put", route: routeOf(applicationId, null), body: others });
}
