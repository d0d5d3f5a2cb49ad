import { checkMessage, type MessageChange, pingsOf } from "./message-rules.ts";
import type { RequestBody } from "./multipart.ts";
import { refusals } from "./refusal.ts";
import {
  type ChannelState,
  COMPONENTS_V2,
  EPHEMERAL,
  type MessageState,
  type MessageWrite,
} from "./state.ts";
import type { World } from "./world.ts";

export interface NewPost {
  readonly channel: ChannelState;
  readonly body: RequestBody;
  readonly via: MessageWrite["via"];
  readonly uploadLimit: number;
  readonly ephemeralFor: string | null;
  readonly replyTo: string | null;
  /** Where an interaction's message belongs to its webhook. */
  readonly webhookId: string | null;
}

/** Makes a message from a request. @throws Refusal */
export function post(world: World, wanted: NewPost): MessageState {
  const change = checkMessage(wanted.body, {
    existing: null,
    uploadLimit: wanted.uploadLimit,
    interaction: wanted.via !== "bot",
    nextId: world.nextId,
  });
  if (change.enforceNonce && change.nonce !== null) {
    const twin = [...world.messages.values()].find(
      (one) => one.nonce === change.nonce && one.channelId === wanted.channel.id && !one.deleted,
    );
    if (twin) return twin;
  }
  const message = emptyMessage(world, wanted, change.nonce);
  apply(world, message, change, wanted.body, wanted.via);
  message.flags = change.flags | (wanted.ephemeralFor === null ? 0 : EPHEMERAL);
  world.messages.set(message.id, message);
  return message;
}

/** The "thinking" message of a deferred reply. */
export function postLoading(world: World, wanted: Omit<NewPost, "body">): MessageState {
  const message = emptyMessage(world, wanted, null);
  message.loading = true;
  message.flags = wanted.ephemeralFor === null ? 0 : EPHEMERAL;
  world.messages.set(message.id, message);
  return message;
}

/** Changes a message. @throws Refusal */
export function edit(
  world: World,
  message: MessageState,
  body: RequestBody,
  options: { readonly via: MessageWrite["via"]; readonly uploadLimit: number },
): void {
  if (message.deleted) throw refusals.unknownMessage();
  const change = checkMessage(body, {
    existing: message,
    uploadLimit: options.uploadLimit,
    interaction: options.via !== "bot",
    nextId: world.nextId,
  });
  apply(world, message, change, body, options.via);
  message.flags = change.flags;
  message.loading = false;
}

function emptyMessage(world: World, wanted: Omit<NewPost, "body">, nonce: string | null): MessageState {
  return {
    id: world.nextId(),
    channelId: wanted.channel.id,
    guildId: wanted.channel.guildId,
    authorId: world.bot.id,
    webhookId: wanted.webhookId,
    replyTo: wanted.replyTo,
    nonce,
    ephemeralFor: wanted.ephemeralFor,
    content: "",
    flags: 0,
    components: [],
    attachments: [],
    writes: [],
    pings: new Set(),
    reactions: new Map(),
    loading: false,
    deleted: false,
  };
}

function apply(
  world: World,
  message: MessageState,
  change: MessageChange,
  body: RequestBody,
  via: MessageWrite["via"],
): void {
  message.content = change.content;
  message.components = change.components;
  message.attachments = change.attachments;
  message.writes.push({
    via,
    at: world.clock.now(),
    allowedMentions: body.json["allowed_mentions"],
    multipart: body.multipart,
    body: body.json,
  });
  for (const name of pingsOf(change, via === "bot" ? "all" : "users")) message.pings.add(name);
}

/** A message as Discord returns it. Source: resources/message. */
export function messagePayload(world: World, message: MessageState): Record<string, unknown> {
  const author = world.users.get(message.authorId);
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.replyTo === null ? 0 : 19,
    author: author && userPayload(author),
    content: message.content,
    timestamp: timeOf(message.id),
    edited_timestamp: message.writes.length > 1 ? new Date(world.clock.now()).toISOString() : null,
    tts: false,
    mention_everyone: message.pings.has("everyone"),
    mentions: [],
    mention_roles: [],
    attachments: message.attachments.map((one) => ({
      id: one.id,
      filename: one.filename,
      size: one.bytes,
      url: `https://cdn.discordapp.test/attachments/${message.channelId}/${one.id}/${one.filename}?ex=1&is=1&hm=1`,
      proxy_url: `https://media.discordapp.test/attachments/${message.channelId}/${one.id}/${one.filename}`,
      ...(one.contentType === null ? {} : { content_type: one.contentType }),
      ...(one.description === null ? {} : { description: one.description }),
    })),
    embeds: [],
    pinned: false,
    flags: message.flags | (message.loading ? 1 << 7 : 0),
    components: message.components,
    ...(message.webhookId === null
      ? {}
      : { webhook_id: message.webhookId, application_id: message.webhookId }),
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(message.replyTo === null
      ? {}
      : { message_reference: { type: 0, message_id: message.replyTo, channel_id: message.channelId } }),
  };
}

export function userPayload(user: { readonly id: string; readonly name: string; readonly bot: boolean }) {
  return {
    id: user.id,
    username: user.name.toLowerCase().replaceAll(/[^a-z0-9_.]/g, "_"),
    global_name: user.name,
    discriminator: "0",
    avatar: null,
    public_flags: 0,
    ...(user.bot ? { bot: true } : {}),
  };
}

export function isComponentsV2(message: MessageState): boolean {
  return (message.flags & COMPONENTS_V2) !== 0;
}

function timeOf(id: string): string {
  return new Date(Number(BigInt(id) >> 22n) + 1_420_070_400_000).toISOString();
}
