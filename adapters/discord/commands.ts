import { Routes } from "discord.js";
import { z } from "zod";
import { BotError } from "../../src/errors.ts";
import type { DiscordHttp } from "./http.ts";
import { type Registered, type RegistrationOptions, registrationOf } from "./registration.ts";
import { sameCommands } from "./same-commands.ts";
import { codeOf } from "./trouble.ts";

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
  const query = new URLSearchParams({ with_localizations: "true" });
  const everywhere = Routes.applicationCommands(applicationId);
  const route = guildId === null ? everywhere : Routes.applicationGuildCommands(applicationId, guildId);
  try {
    const present = commandList.parse(await http.bot({ method: "get", route, query }));
    const same = sameCommands(present, wanted, guildId);
    if (!same) await http.bot({ method: "put", route, body: wanted });
    if (guildId !== null) await takeFromEverywhere(http, everywhere, wanted);
    return same ? "unchanged" : "changed";
  } catch (error) {
    if (guildId === null || (codeOf(error) !== 50001 && codeOf(error) !== 10004)) throw error;
    throw new BotError("Discord does not let the bot register commands in the server of DISCORD_GUILD_ID.", {
      code: "config",
      context: { guildId },
      remedy: "Add the bot to that server with the invite link, or correct or unset DISCORD_GUILD_ID.",
    });
  }
}

async function takeFromEverywhere(
  http: DiscordHttp,
  route: ReturnType<typeof Routes.applicationCommands>,
  ours: readonly Registered[],
): Promise<void> {
  const present = commandList.parse(await http.bot({ method: "get", route }));
  const names = new Set(ours.map((one) => one["name"]));
  const others = present.filter((one) => !names.has(one.name));
  if (others.length < present.length) await http.bot({ method: "put", route, body: others });
}
