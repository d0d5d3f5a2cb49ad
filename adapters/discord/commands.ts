import { ApplicationCommandOptionType, ApplicationCommandType, Routes } from "discord.js";
import { z } from "zod";
import type { CommandDefinition, CommandOption } from "../../src/core/command.ts";
import { BotError } from "../../src/errors.ts";
import type { DiscordHttp } from "./http.ts";
import { MENU } from "./inbound.ts";
import { CHOICE_CHARACTERS, CHOICES } from "./limits.ts";
import { cut } from "./markup.ts";
import { CODE, codeOf } from "./trouble.ts";

/** Words in other languages by Discord's locale, for "imagine", "imagine.prompt" or "Imagine this". */
export type Localizations = Readonly<
  Record<
    string,
    {
      readonly names?: Readonly<Record<string, string>>;
      readonly descriptions?: Readonly<Record<string, string>>;
    }
  >
>;

export interface RegistrationOptions {
  readonly commands: readonly CommandDefinition[];
  readonly localizations: Localizations;
  /** Where pictures are made at all; `age-restricted` marks the commands so that Discord hides them elsewhere. */
  readonly channels: "any" | "age-restricted";
  readonly guildId: string | null;
}

type Registered = Readonly<Record<string, unknown>>;

/** The definitions as Discord registers them, with the message menu's entry. */
export function registrationOf({
  commands,
  localizations,
  channels,
  guildId,
}: RegistrationOptions): readonly Registered[] {
  const everywhere = {
    nsfw: channels === "age-restricted",
    // Servers, the bot's private messages, other private conversations; installed in a server or by a person.
    ...(guildId === null ? { contexts: [0, 1, 2], integration_types: [0, 1] } : {}),
  };
  const words = (path: string) => ({
    name_localizations: localizations[path]?.names ?? null,
    description_localizations: localizations[path]?.descriptions ?? null,
  });
  const optionOf = (path: string, option: CommandOption) => ({
    type:
      option.type === "integer" ? ApplicationCommandOptionType.Integer : ApplicationCommandOptionType.String,
    name: option.name,
    description: option.description,
    ...words(`${path}.${option.name}`),
    required: option.required,
    ...(option.choices.length > 0 ? { choices: choicesOf(option) } : {}),
    ...(option.min === null ? {} : { min_value: option.min }),
    ...(option.max === null ? {} : { max_value: option.max }),
    ...(option.maxLength === null ? {} : { max_length: option.maxLength }),
  });
  const slash = commands.map((command) => ({
    type: ApplicationCommandType.ChatInput,
    name: command.name,
    description: command.description,
    ...words(command.name),
    ...everywhere,
    options: [...command.options]
      // Required options come first, else Discord refuses the command.
      .sort((a, b) => Number(b.required) - Number(a.required))
      .map((option) => optionOf(command.name, option)),
  }));
  const hasMenu = commands.some((command) => command.name === MENU.command);
  const { name_localizations } = words(MENU.name);
  const menu = { type: ApplicationCommandType.Message, name: MENU.name, name_localizations, ...everywhere };
  return [...slash, ...(hasMenu ? [menu] : [])];
}

function choicesOf(option: CommandOption) {
  return option.choices.slice(0, CHOICES).map(({ label, value }) => ({
    name: cut(label, CHOICE_CHARACTERS),
    value: option.type === "integer" ? Number(value) : value,
  }));
}

/** A command with every default written out and every id left out, so that equal ones are equal as JSON. */
const translations = z.record(z.string(), z.string()).nullish();
const localized = { name_localizations: translations, description_localizations: translations };
const canonicalOption = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  ...localized,
  required: z.boolean().default(false),
  choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).default([]),
  min_value: z.number().nullable().default(null),
  max_value: z.number().nullable().default(null),
  max_length: z.number().nullable().default(null),
});
const canonicalCommand = z.object({
  type: z.number().default(1),
  name: z.string(),
  description: z.string().default(""),
  ...localized,
  nsfw: z.boolean().default(false),
  contexts: z.array(z.number()).nullable().default(null),
  integration_types: z.array(z.number()).nullable().default(null),
  options: z.array(canonicalOption).default([]),
});

/** Whether two lists of commands mean the same to Discord, whatever it added or left out. */
export function sameCommands(a: readonly unknown[], b: readonly unknown[], guildId: string | null): boolean {
  return canonical(a, guildId) === canonical(b, guildId);
}

function canonical(list: readonly unknown[], guildId: string | null): string {
  const read = list.map((one) => {
    const parsed = canonicalCommand.safeParse(one);
    if (!parsed.success) return JSON.stringify(one);
    const { contexts, integration_types, ...rest } = parsed.data;
    const places =
      guildId === null ? { contexts: sorted(contexts), integration_types: sorted(integration_types) } : {};
    return JSON.stringify(blanked({ ...rest, ...places }));
  });
  return read.sort().join("\n");
}

const sorted = (list: readonly number[] | null) => (list === null ? null : [...list].sort((a, b) => a - b));

/** Null, absent and {} all mean "no translation"; keys come in any order. */
function blanked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blanked);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.flatMap(([key, inner]) => {
      const isEmpty =
        inner == null || (key.endsWith("_localizations") && Object.keys(Object(inner)).length === 0);
      return isEmpty ? [] : [[key, blanked(inner)]];
    }),
  );
}

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
