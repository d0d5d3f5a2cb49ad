import { DiscordAPIError, Routes } from "discord.js";
import { z } from "zod";
import { type Finding, scribeOf } from "../../src/doctor/finding.ts";
import { commandsIn, compareCommands } from "./commands.ts";
import { fatalError } from "./connection.ts";
import { asPasted, createDiscordHttp, type DiscordHttp } from "./http.ts";
import { INTENTS, inviteLink } from "./limits.ts";
import { missingPermissions } from "./obstacle.ts";
import type { RegistrationOptions } from "./registration.ts";
import { createTransport } from "./transport.ts";
import { replyErrorOf } from "./trouble.ts";

export interface DiscordDiagnosisOptions extends Omit<RegistrationOptions, "localizations"> {
  readonly token: string;
  /** REST base without version. */
  readonly apiUrl: string;
}

const say = scribeOf("Discord");

/** One page of servers (resources/user#get-current-user-guilds), and how many of them are looked at closely. */
const PAGE = 200;
const LOOKED_AT = 5;
/** Fewer starts than this are soon used up by a bot that keeps restarting. */
const FEW_STARTS = 50;

const meShape = z.object({ id: z.string(), username: z.string() });
/** resources/application#application-object */
const applicationShape = z.object({
  id: z.string(),
  interactions_endpoint_url: z.string().nullish(),
  bot_require_code_grant: z.boolean().default(false),
});
/** events/gateway#get-gateway-bot */
const gatewayShape = z.object({
  shards: z.int(),
  session_start_limit: z.object({ total: z.int(), remaining: z.int(), reset_after: z.number() }),
});
/** The bot's permissions there, before channels change them (resources/user#get-current-user-guilds). */
const guildsShape = z.array(
  z.object({ id: z.string(), name: z.string(), permissions: z.string().regex(/^\d+$/).transform(BigInt) }),
);
type Guild = z.infer<typeof guildsShape>[number];

/** Looks at the bot's standing at Discord. It does not connect to the gateway and changes nothing. */
export async function* diagnoseDiscord(options: DiscordDiagnosisOptions): AsyncGenerator<Finding> {
  const transport = createTransport();
  const http = createDiscordHttp({ ...asPasted(options), transport, warn() {} });
  try {
    yield* examine(http, options);
  } catch (error) {
    yield troubleWith(error, new URL(options.apiUrl).host);
  } finally {
    http.close();
    await transport.close();
  }
}

async function* examine(http: DiscordHttp, options: DiscordDiagnosisOptions): AsyncGenerator<Finding> {
  const { commands, channels, guildId } = options;
  // Alone and first: Discord counts refused calls, and shuts out an address with many of them.
  const me = meShape.parse(await http.bot({ method: "get", route: Routes.user("@me") }));
  const application = applicationShape.parse(
    await http.bot({ method: "get", route: Routes.currentApplication() }),
  );
  yield say.ok(`The token is good: ${me.username}, application ${application.id}.`);
  yield* ofApplication(application);

  const registration = { commands, channels, guildId, localizations: {} };
  const [gateway, registered, guilds] = await Promise.all([
    http.bot({ method: "get", route: Routes.gatewayBot() }),
    compareCommands(http, application.id, registration),
    http.bot({
      method: "get",
      route: Routes.userGuilds(),
      query: new URLSearchParams({ limit: String(PAGE) }),
    }),
  ]);
  yield ofGateway(gatewayShape.parse(gateway));
  const invite = inviteLink(application.id);
  yield ofCommands(registered, guildId, invite);
  if (registered === "shut-out") return;
  const known = guildsShape.parse(guilds);
  yield* ofGuilds(known, invite);
  if (guildId === null) {
    const names = commands.map(({ name }) => name);
    for (const guild of known.slice(0, LOOKED_AT)) yield* ofDoubles(http, application.id, guild, names);
  }
}

function* ofApplication(application: z.infer<typeof applicationShape>): Generator<Finding> {
  if ((application.interactions_endpoint_url ?? "") !== "")
    yield say.failure(
      "Discord sends commands and button presses to an Interactions Endpoint URL instead of this bot.",
      "Empty that field in the Developer Portal under General Information, and save.",
    );
  if (application.bot_require_code_grant)
    yield say.warning(
      "The application requires an OAuth2 code grant, so the invite link cannot add the bot to a server.",
      "Switch “Requires OAuth2 Code Grant” off in the Developer Portal under Bot.",
    );
}

function ofGateway({ shards, session_start_limit: limit }: z.infer<typeof gatewayShape>): Finding {
  const left = `${limit.remaining} of ${limit.total} starts are left for the next ${inHours(limit.reset_after)}`;
  const fix = "Find out what restarts the bot so often; past the limit Discord resets the token.";
  if (limit.remaining === 0)
    return say.failure(`The bot cannot connect before its count of starts is reset: ${left}.`, fix);
  if (limit.remaining < FEW_STARTS) return say.warning(`Only ${left}.`, fix);
  return say.ok(
    `Gateway: ${left}, ${shards} shard${shards === 1 ? "" : "s"}; the intents (${INTENTS}) need no privilege.`,
  );
}

function ofCommands(
  registered: Awaited<ReturnType<typeof compareCommands>>,
  guildId: string | null,
  invite: string,
): Finding {
  const where = guildId === null ? "everywhere" : `in the server of DISCORD_GUILD_ID (${guildId})`;
  switch (registered) {
    case "same":
      return say.ok(`The commands are registered ${where}.`);
    case "none":
      return say.note(
        `No command is registered ${where} yet.`,
        "Start the bot: it registers them by itself.",
      );
    case "different":
      return say.warning(
        `The commands registered ${where} are not those of this version.`,
        "Start the bot once: it registers them by itself.",
      );
    case "shut-out":
      return say.failure(
        `The bot is not in the server of DISCORD_GUILD_ID (${guildId}).`,
        `Add it there with ${invite} or correct or unset DISCORD_GUILD_ID.`,
      );
  }
}

function* ofGuilds(guilds: readonly Guild[], invite: string): Generator<Finding> {
  if (guilds.length === 0) {
    yield say.warning("The bot is in no server.", `Open ${invite} and add it to yours.`);
    return;
  }
  const looked = guilds.slice(0, LOOKED_AT);
  const lacking = looked.flatMap((guild) => {
    const missing = missingPermissions({ ...guild, standing: "guild", isThread: false });
    return missing.length === 0 ? [] : [{ guild, missing: missing.join(", ") }];
  });
  for (const { guild, missing } of lacking)
    yield say.warning(
      `In the server “${guild.name}” the bot lacks ${missing}, so it posts no pictures there.`,
      `Allow it for the bot's role (Server Settings, Roles), or open ${invite} for that server again.`,
    );
  if (lacking.length > 0) return;
  const count = guilds.length === PAGE ? `${PAGE} servers or more` : servers(guilds.length);
  const which = guilds.length > looked.length ? `in the first ${looked.length} of them` : "there";
  yield say.ok(
    `The bot is in ${count} and may post pictures ${which}; single channels may forbid it, and the bot then says so.`,
  );
}

/** Commands registered in one server come on top of those registered everywhere. */
async function* ofDoubles(
  http: DiscordHttp,
  applicationId: string,
  guild: Guild,
  ours: readonly string[],
): AsyncGenerator<Finding> {
  const inGuild = await commandsIn(http, applicationId, guild.id);
  if (!inGuild.some(({ name }) => ours.includes(name))) return;
  yield say.warning(
    `In the server “${guild.name}” every command is there twice: registered in it, and everywhere.`,
    `Set DISCORD_GUILD_ID to ${guild.id} to have them in that server only.`,
  );
}

function troubleWith(error: unknown, host: string): Finding {
  if (error instanceof DiscordAPIError && error.status === 401) {
    const { message, remedy } = fatalError(4004);
    return say.failure(message, remedy ?? "");
  }
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return say.failure(
      `${host} answers, and not as Discord does.`,
      "Unset DISCORD_API_URL, or look at what stands between this machine and Discord.",
    );
  const { problem, message, context } = replyErrorOf(error);
  if (problem === "paced")
    return say.warning("Discord asks for patience.", "Wait some minutes, then run the doctor again.");
  if (error instanceof DiscordAPIError)
    return say.failure(
      `Discord refuses what the doctor asks (HTTP ${error.status}, code ${error.code}).`,
      "Look in the Developer Portal whether the application is restricted.",
    );
  return say.failure(
    `${message.replace(/\.$/, "")} (${host}: ${context["why"] ?? context["status"] ?? problem}).`,
    "Look at this machine's network, and at https://discordstatus.com; the bot tries again by itself.",
  );
}

function servers(count: number): string {
  return count === 1 ? "1 server" : `${count} servers`;
}

function inHours(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
