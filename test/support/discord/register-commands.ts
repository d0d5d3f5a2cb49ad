import { registrationOf } from "../../../adapters/discord/registration.ts";
import { commands } from "../../../commands/index.ts";
import type { DiscordEmulator } from "./emulator.ts";
import { rawClient } from "./raw-client.ts";

/** Leaves the bot's commands registered, as a start of it does: in one server, or everywhere. */
export async function registerCommands(discord: DiscordEmulator, guildId: string | null): Promise<void> {
  const place = guildId === null ? "" : `/guilds/${guildId}`;
  const list = registrationOf({ commands, localizations: {}, channels: "any", guildId });
  const path = `/applications/${discord.world.applicationId}${place}/commands`;
  const { status } = await rawClient(discord).request("PUT", path, list);
  if (status !== 200) throw new Error(`The emulator refuses the commands (${status}).`);
}
