import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  PermissionFlagsBits,
} from "discord.js";
import type { CommandAction, CommandDefinition, CommandOption } from "../../src/core/command.ts";
import { MENU } from "./inbound.ts";

/**
 * Words in other languages by Discord's locale, for "imagine", "imagine.prompt", "images.show", "images.show.id"
 * or "Imagine this".
 */
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

/** A command as Discord takes it. */
export type Registered = Readonly<Record<string, unknown>>;

const OPTION_TYPES: Readonly<Record<CommandOption["type"], ApplicationCommandOptionType>> = {
  string: ApplicationCommandOptionType.String,
  integer: ApplicationCommandOptionType.Integer,
  user: ApplicationCommandOptionType.User,
  role: ApplicationCommandOptionType.Role,
  channel: ApplicationCommandOptionType.Channel,
};

/** Where commands can be used. No threads: a rule about a channel holds in its threads, and a thread archives itself. */
const CHANNEL_TYPES: readonly ChannelType[] = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];

/** Whom Discord offers a staff command, until a server's admins say otherwise under Integrations. */
const STAFF_PERMISSIONS = String(PermissionFlagsBits.ManageMessages);

/**
 * The definitions as Discord registers them, with the message menu's entry. Nothing is cut to Discord's limits: a
 * test holds every definition against them.
 */
export function registrationOf(options: RegistrationOptions): readonly Registered[] {
  const { commands, localizations } = options;
  const words = (path: string) => ({
    name_localizations: localizations[path]?.names ?? null,
    description_localizations: localizations[path]?.descriptions ?? null,
  });
  const optionOf = (path: string, option: CommandOption) => ({
    type: OPTION_TYPES[option.type],
    name: option.name,
    description: option.description,
    ...words(`${path}.${option.name}`),
    required: option.required,
    ...(option.choices.length > 0 ? { choices: choicesOf(option) } : {}),
    ...(option.min === null ? {} : { min_value: option.min }),
    ...(option.max === null ? {} : { max_value: option.max }),
    ...(option.maxLength === null ? {} : { max_length: option.maxLength }),
    ...(option.type === "channel" ? { channel_types: CHANNEL_TYPES } : {}),
  });
  const optionsOf = (path: string, all: readonly CommandOption[]) =>
    [...all]
      // Required options come first, else Discord refuses the command.
      .sort((a, b) => Number(b.required) - Number(a.required))
      .map((option) => optionOf(path, option));
  const subcommandOf = (command: string, action: CommandAction) => ({
    type: ApplicationCommandOptionType.Subcommand,
    name: action.name,
    description: action.description,
    ...words(`${command}.${action.name}`),
    options: optionsOf(`${command}.${action.name}`, action.options),
  });
  const slash = commands.map((command) => ({
    type: ApplicationCommandType.ChatInput,
    name: command.name,
    description: command.description,
    ...words(command.name),
    ...audienceOf(command.audience, options),
    options:
      command.actions.length > 0
        ? command.actions.map((action) => subcommandOf(command.name, action))
        : optionsOf(command.name, command.options),
  }));
  const hasMenu = commands.some((command) => command.name === MENU.command);
  const menu = {
    type: ApplicationCommandType.Message,
    name: MENU.name,
    name_localizations: words(MENU.name).name_localizations,
    ...audienceOf("everyone", options),
  };
  return [...slash, ...(hasMenu ? [menu] : [])];
}

/** Who is offered a command, and where. In one server's own commands Discord takes no places. */
function audienceOf(
  audience: CommandDefinition["audience"],
  { channels, guildId }: Pick<RegistrationOptions, "channels" | "guildId">,
) {
  const { Guild, BotDM, PrivateChannel } = InteractionContextType;
  const { GuildInstall, UserInstall } = ApplicationIntegrationType;
  switch (audience) {
    case "everyone":
      return {
        nsfw: channels === "age-restricted",
        ...(guildId === null
          ? { contexts: [Guild, BotDM, PrivateChannel], integration_types: [GuildInstall, UserInstall] }
          : {}),
      };
    case "staff":
      return {
        // Moderators work in channels of their own, which need no such mark.
        nsfw: false,
        default_member_permissions: STAFF_PERMISSIONS,
        ...(guildId === null ? { contexts: [Guild], integration_types: [GuildInstall] } : {}),
      };
  }
}

function choicesOf(option: CommandOption) {
  return option.choices.map(({ label, value }) => ({
    name: label,
    value: option.type === "integer" ? Number(value) : value,
  }));
}
