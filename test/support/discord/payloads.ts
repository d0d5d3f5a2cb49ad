import { permissionsIn } from "./permissions.ts";
import { messagePayload, userPayload } from "./posts.ts";
import { channelPayload } from "./routes.ts";
import type { ChannelState, GuildState, InteractionState, MessageState, RoleState } from "./state.ts";
import type { World } from "./world.ts";

/** INTERACTION_CREATE as Discord sends it. Source: interactions/receiving-and-responding#interaction-object. */
export function interactionPayload(
  world: World,
  one: InteractionState,
  data: Record<string, unknown>,
): Record<string, unknown> {
  const channel = world.channels.get(one.channelId);
  const guild = world.guilds.get(one.guildId ?? "");
  const user = world.users.get(one.userId);
  if (!channel || !user) throw new Error("an interaction needs its channel and its user");
  const message = world.messages.get(one.sourceMessageId ?? "");
  return {
    id: one.id,
    application_id: world.applicationId,
    type: one.type,
    data,
    token: one.token,
    version: 1,
    channel_id: channel.id,
    channel: {
      ...channelPayload(world, channel),
      permissions: String(permissionsIn(world, channel, user.id)),
    },
    ...(guild
      ? {
          guild_id: guild.id,
          guild: { id: guild.id, locale: "en-US", features: [] },
          guild_locale: "en-US",
          member: memberPayload(world, guild, user.id, permissionsIn(world, channel, user.id)),
        }
      : { user: userPayload(user) }),
    locale: "en-US",
    app_permissions: String(permissionsIn(world, channel, world.bot.id)),
    entitlements: [],
    authorizing_integration_owners: one.userInstallOnly ? { "1": user.id } : { "0": guild?.id ?? "0" },
    context: contextOf(world, channel),
    attachment_size_limit: one.uploadLimit,
    ...(message ? { message: messagePayload(world, message) } : {}),
  };
}

/** 0 a guild, 1 the bot's private messages, 2 private messages between others. */
export function contextOf(world: World, channel: ChannelState): number {
  if (channel.guildId !== null) return 0;
  return channel.recipients.includes(world.bot.id) ? 1 : 2;
}

export function memberPayload(world: World, guild: GuildState, userId: string, permissions: bigint | null) {
  const user = world.users.get(userId);
  return {
    user: user && userPayload(user),
    roles: guild.members.get(userId) ?? [],
    nick: null,
    avatar: null,
    joined_at: "2026-01-01T00:00:00.000000+00:00",
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
    ...(permissions === null ? {} : { permissions: String(permissions) }),
  };
}

/** GUILD_CREATE with what an app with the Guilds intent gets. Source: events/gateway-events#guild-create. */
export function guildPayload(world: World, guild: GuildState): Record<string, unknown> {
  const channels = [...world.channels.values()].filter((one) => one.guildId === guild.id);
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId ?? "100000000000000001",
    unavailable: false,
    large: false,
    member_count: guild.members.size,
    joined_at: "2026-01-01T00:00:00.000000+00:00",
    premium_tier: guild.uploadLimit > 10 * 1024 * 1024 ? 3 : 0,
    features: [],
    nsfw_level: 0,
    verification_level: 0,
    preferred_locale: "en-US",
    emojis: [],
    stickers: [],
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    roles: guild.roles.map(rolePayload),
    members: guild.botInside ? [memberPayload(world, guild, world.bot.id, null)] : [],
    channels: channels.filter((one) => one.type !== 11).map((one) => channelPayload(world, one)),
    threads: channels.filter((one) => one.type === 11).map((one) => channelPayload(world, one)),
  };
}

export function rolePayload(role: RoleState, position: number): Record<string, unknown> {
  return {
    id: role.id,
    name: role.name,
    permissions: String(role.permissions),
    position,
    color: 0,
    hoist: false,
    managed: false,
    mentionable: false,
    flags: 0,
  };
}

/** MESSAGE_REACTION_ADD and _REMOVE, which tells less. Source: events/gateway-events#message-reaction-add. */
export function reactionPayload(
  world: World,
  message: MessageState,
  userId: string,
  { emoji, change }: { readonly emoji: string; readonly change: "ADD" | "REMOVE" },
): Record<string, unknown> {
  const guild = world.guilds.get(message.guildId ?? "");
  return {
    user_id: userId,
    channel_id: message.channelId,
    message_id: message.id,
    ...(guild ? { guild_id: guild.id } : {}),
    ...(guild && change === "ADD" ? { member: memberPayload(world, guild, userId, null) } : {}),
    emoji: { id: null, name: emoji },
    // Absent for webhook messages, which replies to interactions are.
    ...(message.webhookId === null ? { message_author_id: message.authorId } : {}),
    burst: false,
    type: 0,
  };
}
