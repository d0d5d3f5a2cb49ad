import { refusals } from "./refusal.ts";
import type { ChannelState, GuildState } from "./state.ts";
import type { World } from "./world.ts";

/** Bits of topics/permissions. */
export const PERMISSION = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  sendInThreads: 1n << 38n,
} as const;

/** What an ordinary member may do. */
export const MEMBER_PERMISSIONS =
  PERMISSION.viewChannel |
  PERMISSION.sendMessages |
  PERMISSION.readMessageHistory |
  PERMISSION.addReactions |
  PERMISSION.sendInThreads;

/** The number in our invite link. */
export const INVITED_PERMISSIONS = 274_878_024_768n;
const EVERYTHING = (1n << 50n) - 1n;

/** A member's permissions in a guild, before channels change them: those of its roles together. */
export function permissionsOf(guild: GuildState, userId: string): bigint {
  const mine = new Set([guild.id, ...(guild.members.get(userId) ?? [])]);
  return guild.roles.filter((role) => mine.has(role.id)).reduce((sum, role) => sum | role.permissions, 0n);
}

/** A member's permissions in a channel, in Discord's order: roles, then the channel's overwrites. */
export function permissionsIn(world: World, channel: ChannelState, userId: string): bigint {
  if (channel.guildId === null) {
    return PERMISSION.attachFiles | PERMISSION.embedLinks | PERMISSION.mentionEveryone;
  }
  const guild = world.guilds.get(channel.guildId);
  const roleIds = guild?.members.get(userId);
  // An app that is not in the guild may do this much (user install).
  if (!guild || !roleIds) return PERMISSION.attachFiles | PERMISSION.embedLinks | PERMISSION.mentionEveryone;
  const mine = new Set([guild.id, ...roleIds]);
  if (guild.ownerId === userId) return EVERYTHING;
  let bits = permissionsOf(guild, userId);
  if (bits & PERMISSION.administrator) return EVERYTHING;
  const ruling = channel.type === 11 ? (world.channels.get(channel.parentId ?? "") ?? channel) : channel;
  const apply = (chosen: typeof ruling.overwrites) => {
    const deny = chosen.reduce((sum, one) => sum | one.deny, 0n);
    const allow = chosen.reduce((sum, one) => sum | one.allow, 0n);
    bits = (bits & ~deny) | allow;
  };
  apply(ruling.overwrites.filter((one) => one.type === 0 && one.id === guild.id));
  apply(ruling.overwrites.filter((one) => one.type === 0 && one.id !== guild.id && mine.has(one.id)));
  apply(ruling.overwrites.filter((one) => one.type === 1 && one.id === userId));
  return bits;
}

/** @throws Refusal 50001 when the bot cannot see the channel, 50013 when it lacks one of `needed`. */
export function requirePermissions(world: World, channel: ChannelState, ...needed: bigint[]): void {
  if (channel.guildId === null) {
    if (!channel.recipients.includes(world.bot.id)) throw refusals.missingAccess();
    return;
  }
  const guild = world.guilds.get(channel.guildId);
  if (!guild?.botInside) throw refusals.missingAccess();
  const bits = permissionsIn(world, channel, world.bot.id);
  if (!(bits & PERMISSION.viewChannel)) throw refusals.missingAccess();
  if (needed.some((bit) => !(bits & bit))) throw refusals.missingPermissions();
}

export function sendingIn(channel: ChannelState): bigint {
  return channel.type === 11 ? PERMISSION.sendInThreads : PERMISSION.sendMessages;
}
