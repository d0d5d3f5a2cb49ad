import { z } from "zod";
import { checkCommands } from "./command-rules.ts";
import { acknowledge, byToken, followUp, tokenMessage } from "./interactions.ts";
import type { RequestBody } from "./multipart.ts";
import { PERMISSION, permissionsOf, requirePermissions, sendingIn } from "./permissions.ts";
import { edit, messagePayload, post, userPayload } from "./posts.ts";
import { invalidForm, refusals } from "./refusal.ts";
import type { ChannelState, MessageState } from "./state.ts";
import type { World } from "./world.ts";

export interface RouteRequest {
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: RequestBody;
  readonly list: readonly unknown[];
}

export interface RouteAnswer {
  readonly status: number;
  readonly json: unknown;
}

export interface Route {
  /** As faults, buckets and the request log call it. */
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Token routes need no bot token and are outside the global limit. */
  readonly auth: "bot" | "token";
  readonly takes: "object" | "list";
  handle(world: World, request: RouteRequest): RouteAnswer;
}

const ok = (json: unknown): RouteAnswer => ({ status: 200, json });
const empty: RouteAnswer = { status: 204, json: null };
const ID = "(\\d{17,19})";

function route(
  name: string,
  method: string,
  pattern: string,
  handle: Route["handle"],
  kind: { readonly auth?: Route["auth"]; readonly takes?: Route["takes"] } = {},
): Route {
  return {
    name,
    method,
    pattern: new RegExp(`^${pattern}$`),
    auth: kind.auth ?? "bot",
    takes: kind.takes ?? "object",
    handle,
  };
}

const token = { auth: "token" } as const;

/** Every REST route the emulator serves, without `/api/v10`. */
export const ROUTES: readonly Route[] = [
  route("callback", "POST", `/interactions/${ID}/([^/]+)/callback`, callback, token),
  route(
    "webhook.create",
    "POST",
    `/webhooks/${ID}/([^/]+)`,
    (world, { params, body }) => {
      const one = byToken(world, params[0] ?? "", params[1] ?? "");
      return ok(messagePayload(world, followUp(world, one, body)));
    },
    token,
  ),
  route(
    "webhook.get",
    "GET",
    `/webhooks/${ID}/([^/]+)/messages/([^/]+)`,
    (world, { params }) => {
      return ok(messagePayload(world, onToken(world, params).message));
    },
    token,
  ),
  route(
    "webhook.edit",
    "PATCH",
    `/webhooks/${ID}/([^/]+)/messages/([^/]+)`,
    (world, { params, body }) => {
      const { message, uploadLimit } = onToken(world, params);
      edit(world, message, body, { via: "webhook", uploadLimit });
      return ok(messagePayload(world, message));
    },
    token,
  ),
  route(
    "webhook.delete",
    "DELETE",
    `/webhooks/${ID}/([^/]+)/messages/([^/]+)`,
    (world, { params }) => {
      onToken(world, params).message.deleted = true;
      return empty;
    },
    token,
  ),
  route("message.create", "POST", `/channels/${ID}/messages`, createMessage),
  route("message.list", "GET", `/channels/${ID}/messages`, listMessages),
  route("message.get", "GET", `/channels/${ID}/messages/${ID}`, (world, { params }) => {
    const message = onChannel(world, params);
    return ok(messagePayload(world, message));
  }),
  route("message.edit", "PATCH", `/channels/${ID}/messages/${ID}`, (world, { params, body }) => {
    const message = onChannel(world, params);
    if (message.authorId !== world.bot.id) throw refusals.otherAuthor();
    if (body.files.length > 0) requirePermissions(world, channelOf(world, params[0]), PERMISSION.attachFiles);
    edit(world, message, body, { via: "bot", uploadLimit: limitOf(world, message.guildId) });
    return ok(messagePayload(world, message));
  }),
  route("message.delete", "DELETE", `/channels/${ID}/messages/${ID}`, (world, { params }) => {
    const message = onChannel(world, params);
    if (message.authorId !== world.bot.id) {
      requirePermissions(world, channelOf(world, params[0]), PERMISSION.manageMessages);
    }
    message.deleted = true;
    return empty;
  }),
  route("reaction", "PUT", `/channels/${ID}/messages/${ID}/reactions/([^/]+)/@me`, (world, { params }) => {
    const message = onChannel(world, params);
    const emoji = params[2] ?? "";
    if (!/\p{Extended_Pictographic}/u.test(emoji) && !/^\w+:\d{17,19}$/.test(emoji))
      throw refusals.unknownEmoji();
    if (!message.reactions.has(emoji))
      requirePermissions(world, channelOf(world, params[0]), PERMISSION.addReactions);
    const who = message.reactions.get(emoji) ?? new Set<string>();
    message.reactions.set(emoji, who.add(world.bot.id));
    return empty;
  }),
  route("channel.get", "GET", `/channels/${ID}`, (world, { params }) => {
    const channel = channelOf(world, params[0]);
    requirePermissions(world, channel);
    return ok(channelPayload(world, channel));
  }),
  route("dm.open", "POST", "/users/@me/channels", openDm),
  route("me", "GET", "/users/@me", (world) => ok(userPayload(world.bot))),
  route("me.guilds", "GET", "/users/@me/guilds", (world, { query }) => ok(ownGuilds(world, query))),
  route("application", "GET", "/applications/@me", (world) =>
    ok({
      id: world.applicationId,
      name: "imagine",
      bot_public: true,
      bot_require_code_grant: world.portal.requiresCodeGrant,
      interactions_endpoint_url: world.portal.interactionsEndpointUrl,
      flags: 0,
    }),
  ),
  route("commands.get", "GET", `/applications/${ID}/commands`, (world, { params }) => {
    return ok(readCommands(world, params[0], null));
  }),
  route(
    "commands.put",
    "PUT",
    `/applications/${ID}/commands`,
    (world, { params, list }) => {
      return ok(writeCommands(world, params[0], null, list));
    },
    { takes: "list" },
  ),
  route("commands.get", "GET", `/applications/${ID}/guilds/${ID}/commands`, (world, { params }) => {
    return ok(readCommands(world, params[0], params[1] ?? ""));
  }),
  route(
    "commands.put",
    "PUT",
    `/applications/${ID}/guilds/${ID}/commands`,
    (world, { params, list }) => {
      return ok(writeCommands(world, params[0], params[1] ?? "", list));
    },
    { takes: "list" },
  ),
];

function callback(world: World, { params, query, body }: RouteRequest): RouteAnswer {
  const answer = acknowledge(world, params[0] ?? "", params[1] ?? "", body);
  return query.get("with_response") === "true" ? ok(answer) : empty;
}

function onToken(world: World, params: readonly string[]) {
  const one = byToken(world, params[0] ?? "", params[1] ?? "");
  return { message: tokenMessage(world, one, params[2] ?? ""), uploadLimit: one.uploadLimit };
}

function channelOf(world: World, id: string | undefined): ChannelState {
  const channel = world.channels.get(id ?? "");
  if (!channel) throw refusals.unknownChannel();
  return channel;
}

/** A message a bot token may see: never an ephemeral one. @throws Refusal 10003 · 50001 · 50013 · 10008 */
function onChannel(world: World, params: readonly string[]): MessageState {
  const channel = channelOf(world, params[0]);
  requirePermissions(world, channel, PERMISSION.readMessageHistory);
  const message = world.messages.get(params[1] ?? "");
  if (!message || message.deleted || message.channelId !== channel.id || message.ephemeralFor !== null) {
    throw refusals.unknownMessage();
  }
  return message;
}

function limitOf(world: World, guildId: string | null): number {
  return world.guilds.get(guildId ?? "")?.uploadLimit ?? world.uploadLimit;
}

const referenceShape = z.looseObject({
  message_id: z.string(),
  fail_if_not_exists: z.boolean().optional(),
});

function createMessage(world: World, { params, body }: RouteRequest): RouteAnswer {
  const channel = channelOf(world, params[0]);
  if (channel.type === 4 || channel.type === 15) throw refusals.noText();
  requirePermissions(world, channel, sendingIn(channel));
  if (body.files.length > 0) requirePermissions(world, channel, PERMISSION.attachFiles);
  const person = channel.type === 1 ? channel.recipients.find((id) => id !== world.bot.id) : undefined;
  if (person !== undefined && !world.users.get(person)?.takesDirectMessages) throw refusals.closedDm();
  const reference = referenceShape.safeParse(body.json["message_reference"]).data ?? null;
  const target = reference && world.messages.get(reference.message_id);
  if (reference !== null) {
    requirePermissions(world, channel, PERMISSION.readMessageHistory);
    if ((!target || target.deleted) && reference.fail_if_not_exists !== false) {
      throw invalidForm(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
    }
  }
  const message = post(world, {
    channel,
    body,
    via: "bot",
    uploadLimit: limitOf(world, channel.guildId),
    ephemeralFor: null,
    replyTo: target && !target.deleted ? target.id : null,
    webhookId: null,
  });
  return ok(messagePayload(world, message));
}

function listMessages(world: World, { params, query }: RouteRequest): RouteAnswer {
  const channel = channelOf(world, params[0]);
  requirePermissions(world, channel, PERMISSION.readMessageHistory);
  const after = BigInt(query.get("after") ?? "0");
  const found = [...world.messages.values()].filter(
    (one) =>
      one.channelId === channel.id && !one.deleted && one.ephemeralFor === null && BigInt(one.id) > after,
  );
  const newestFirst = found.slice(0, Number(query.get("limit") ?? "50")).reverse();
  return ok(newestFirst.map((one) => messagePayload(world, one)));
}

/** Servers the bot is in, oldest first, at most 200 a page. Source: resources/user#get-current-user-guilds. */
function ownGuilds(world: World, query: URLSearchParams): unknown {
  const after = BigInt(query.get("after") ?? "0");
  return [...world.guilds.values()]
    .filter(({ id, botInside }) => botInside && BigInt(id) > after)
    .slice(0, Math.min(200, Number(query.get("limit") ?? "200")))
    .map((guild) => ({
      id: guild.id,
      name: guild.name,
      icon: null,
      owner: false,
      permissions: String(permissionsOf(guild, world.bot.id)),
      features: [],
    }));
}

function openDm(world: World, { body }: RouteRequest): RouteAnswer {
  const person = world.users.get(z.string().safeParse(body.json["recipient_id"]).data ?? "");
  if (!person) throw invalidForm(["recipient_id"], "NUMBER_TYPE_COERCE", "Value is not a user");
  const known = [...world.channels.values()].find(
    (one) => one.type === 1 && one.recipients.includes(person.id),
  );
  const channel: ChannelState = known ?? {
    id: world.nextId(),
    type: 1,
    name: "",
    guildId: null,
    parentId: null,
    nsfw: false,
    overwrites: [],
    recipients: [world.bot.id, person.id],
  };
  world.channels.set(channel.id, channel);
  return ok(channelPayload(world, channel));
}

/** A channel as Discord describes it. Source: resources/channel. */
export function channelPayload(world: World, channel: ChannelState): Record<string, unknown> {
  const common = { id: channel.id, type: channel.type, flags: 0, last_message_id: null };
  if (channel.guildId === null) {
    const others = channel.recipients.filter((id) => id !== world.bot.id);
    return { ...common, recipients: others.flatMap((id) => world.users.get(id) ?? []).map(userPayload) };
  }
  return {
    ...common,
    guild_id: channel.guildId,
    name: channel.name,
    // A thread has no mark of its own; its parent's holds.
    ...(channel.type === 11 ? {} : { nsfw: channel.nsfw }),
    parent_id: channel.parentId,
    position: 0,
    permission_overwrites: channel.overwrites.map((one) => ({
      id: one.id,
      type: one.type,
      allow: String(one.allow),
      deny: String(one.deny),
    })),
    ...(channel.type === 11
      ? {
          thread_metadata: {
            archived: false,
            auto_archive_duration: 1440,
            archive_timestamp: "2026-11-01T00:00:00Z",
            locked: false,
          },
        }
      : {}),
  };
}

function readCommands(world: World, applicationId: string | undefined, guildId: string | null): unknown {
  if (applicationId !== world.applicationId) throw refusals.missingAccess();
  if (guildId !== null && !world.guilds.get(guildId)?.botInside) throw refusals.missingAccess();
  return world.commands.get(guildId ?? "global") ?? [];
}

function writeCommands(
  world: World,
  applicationId: string | undefined,
  guildId: string | null,
  list: readonly unknown[],
): unknown {
  readCommands(world, applicationId, guildId);
  const stored = checkCommands(list, { guildId, applicationId: world.applicationId, nextId: world.nextId });
  world.commands.set(guildId ?? "global", stored);
  world.overwrites.push(guildId ?? "global");
  return stored;
}
