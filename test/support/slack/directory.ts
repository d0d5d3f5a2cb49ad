import type { Answer, Method, MethodContext } from "./api.ts";
import { type Fields, str } from "./fields.ts";
import { BOT_USER, TEAM } from "./state.ts";

function authTest(): Answer {
  return {
    url: "https://testers.slack.com/",
    team: "Testers",
    user: "imagine",
    team_id: TEAM,
    user_id: BOT_USER,
    bot_id: "B0BOT",
    is_enterprise_install: false,
  };
}

function userInfo(args: Fields, { state }: MethodContext): Answer {
  const user = state.users.get(str(args, "user"));
  if (user === undefined) return { error: "user_not_found" };
  const { id, name, isAdmin, isOwner = false, isPrimaryOwner = false, isBot, team = TEAM } = user;
  const rank = { is_admin: isAdmin, is_owner: isOwner, is_primary_owner: isPrimaryOwner };
  const profile = { display_name: name, real_name: name };
  return { user: { id, name, team_id: team, ...rank, is_bot: isBot, profile } };
}

/** Flags arrive as text in a form. */
const flag = (args: Fields, name: string): boolean => ["true", "1"].includes(String(args[name]));

function listUserGroups(args: Fields, { state }: MethodContext): Answer {
  const listed = [...state.groups.values()].filter(
    ({ isDisabled }) => !isDisabled || flag(args, "include_disabled"),
  );
  const usergroups = listed.map(({ id, handle, users, isDisabled }) => ({
    id,
    team_id: TEAM,
    is_usergroup: true,
    is_subteam: true,
    name: handle,
    description: "",
    handle,
    is_external: false,
    date_create: 1_446_598_059,
    date_update: 1_446_670_362,
    date_delete: isDisabled ? 1_446_748_865 : 0,
    auto_type: null,
    prefs: { channels: [], groups: [] },
    user_count: users.length,
    ...(flag(args, "include_users") && { users }),
  }));
  return { usergroups };
}

function openConversation(args: Fields, { state }: MethodContext): Answer {
  const users = str(args, "users");
  if (users === "") return { error: "users_list_not_supplied" };
  const user = state.users.get(users);
  if (user === undefined) return { error: "user_not_found" };
  if (user.isBot) return { error: "cannot_dm_bot" };
  return { channel: { id: state.directWith(user.id).id } };
}

/** The channels the bot is in. Source: the users.conversations reference. */
function ownConversations(args: Fields, { state }: MethodContext): Answer {
  const kinds = typesIn(args);
  const found = [...state.channels.values()].filter(
    ({ kind, members, archived }) =>
      kinds.includes(kind === "im" ? "im" : `${kind}_channel`) &&
      members.has(BOT_USER) &&
      !(archived && str(args, "exclude_archived") === "true"),
  );
  const most = Number(str(args, "limit") || "100");
  return {
    channels: found
      .slice(0, most)
      .map(({ id, name, kind }) => ({ id, name, is_private: kind === "private" })),
    response_metadata: { next_cursor: found.length > most ? "dGVhbTpDMDYxRkE1UEI=" : "" },
  };
}

/** Each type of conversation has a scope of its own. */
function conversationScopes(args: Fields): readonly string[] {
  const scopes: Readonly<Record<string, string>> = {
    public_channel: "channels:read",
    private_channel: "groups:read",
    im: "im:read",
    mpim: "mpim:read",
  };
  return typesIn(args).flatMap((type) => scopes[type] ?? []);
}

function typesIn(args: Fields): readonly string[] {
  return (str(args, "types") || "public_channel").split(",");
}

function openConnection(_args: Fields, context: MethodContext): Answer {
  return { url: context.issueTicket() };
}

export const directoryMethods: Readonly<Record<string, Method>> = {
  "auth.test": { scope: null, kind: "bot", run: authTest },
  "users.info": { scope: "users:read", kind: "bot", run: userInfo },
  "users.conversations": { scope: conversationScopes, kind: "bot", run: ownConversations },
  "usergroups.list": { scope: "usergroups:read", kind: "bot", run: listUserGroups },
  "conversations.open": { scope: "im:write", kind: "bot", run: openConversation },
  "apps.connections.open": { scope: "connections:write", kind: "app", run: openConnection },
};
