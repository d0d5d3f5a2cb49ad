import type { CommandAction, CommandDefinition } from "../../src/core/command.ts";
import { BOT_NAME, SHORTCUTS } from "./shortcuts.ts";

/** A scope of the bot token, and the feature that needs it. */
export interface ScopeReason {
  readonly scope: string;
  readonly reason: string;
}

/** The least that every feature of the bot needs; docs/slack.md lists the same. */
export const SCOPES: readonly ScopeReason[] = [
  { scope: "chat:write", reason: "post the reply and edit it, answer in private" },
  { scope: "commands", reason: "`/imagine`, `/images`, `/images-admin` and the two shortcuts" },
  { scope: "files:read", reason: "ask whether an uploaded picture is ready, so that no edit is wasted" },
  { scope: "files:write", reason: "upload the picture, and take it away with its message" },
  { scope: "im:write", reason: "open your private conversation for ✉️ (send to me)" },
  { scope: "reactions:read", reason: "🎲 and the other reactions" },
];

/** Tells names, and who is an owner or admin. */
export const USERS_SCOPE = "users:read";
/** Tells who is in which user group. */
export const GROUPS_SCOPE = "usergroups:read";

/** Not in the manifest; the feature is on once the scope is there. */
export const OPTIONAL_SCOPES: readonly ScopeReason[] = [
  {
    scope: USERS_SCOPE,
    reason:
      "know workspace owners and admins: they may use `/images-admin` and delete other people's pictures; show names of people who react",
  },
  {
    scope: GROUPS_SCOPE,
    reason: "limits and access by user group; without it nobody is in a group",
  },
];

export const REQUIRED_SCOPES: readonly string[] = SCOPES.map(({ scope }) => scope);

/** Events we listen to. */
export const BOT_EVENTS = ["app_home_opened", "reaction_added", "reaction_removed"] as const;

/** Where Slack sends events in HTTP mode, under the address of the installation. */
export const EVENTS_PATH = "/slack/events";
const PLACEHOLDER = "https://imagine.example.com";

/** The app's manifest, for "Create app from manifest". */
export function slackManifest(commands: readonly CommandDefinition[], transport: "socket" | "http"): object {
  const url = `${PLACEHOLDER}${EVENTS_PATH}`;
  const http = transport === "http";
  return {
    display_information: {
      name: "imagine-bot",
      description: "Paints pictures from words",
      background_color: "#2b2140",
      long_description:
        "Type /imagine and what you want to see: the bot paints it with fal and shows the picture in the same message. " +
        "Roll it again with a button or a game die reaction, change the words with Edit, take it away with Delete. " +
        "Prompts are sent to fal (fal.ai), the service that paints them.",
    },
    features: {
      // Not read-only: without a composer nobody could type a command in the bot's own conversation.
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: BOT_NAME, always_online: false },
      shortcuts: SHORTCUTS.filter((shortcut) =>
        commands.some((command) => command.name === shortcut.command),
      ).map(({ name, type, callbackId, description }) => ({
        name,
        type,
        callback_id: callbackId,
        description,
      })),
      slash_commands: commands.map((command) => ({
        command: `/${command.name}`,
        ...(http && { url }),
        description: command.description,
        usage_hint: usageOf(command),
        should_escape: takesMentions(command),
      })),
    },
    oauth_config: { scopes: { bot: REQUIRED_SCOPES } },
    settings: {
      event_subscriptions: { ...(http && { request_url: url }), bot_events: [...BOT_EVENTS] },
      interactivity: { is_enabled: true, ...(http && { request_url: url }) },
      org_deploy_enabled: false,
      socket_mode_enabled: !http,
      token_rotation_enabled: false,
    },
  };
}

/** Whether a command can be about people, channels or groups: then Slack sends their ids within its text. */
export function takesMentions(command: CommandDefinition): boolean {
  return [command, ...command.actions].some(({ options }) =>
    options.some(({ type }) => type === "user" || type === "role" || type === "channel"),
  );
}

/** What the command can do; for one that does one thing, its first option as it is typed and the others in brackets. */
function usageOf(command: CommandDefinition): string {
  if (command.actions.length > 0) return command.actions.map(actionUsage).join(" | ");
  const words = command.options.map((option) =>
    option.required ? option.example : `[${option.name}:${option.example}]`,
  );
  return words.join(" ");
}

function actionUsage({ name, options }: CommandAction): string {
  return [name, ...options.filter(({ required }) => required).map(({ example }) => example)].join(" ");
}
