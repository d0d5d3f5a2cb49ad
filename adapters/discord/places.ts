import { type Client, type Guild, PermissionFlagsBits, PermissionsBitField } from "discord.js";
import { BOOSTED_UPLOAD_BYTES, DEFAULT_UPLOAD_BYTES } from "./limits.ts";
import type { MemberPayload } from "./payload.ts";

/** What the gateway has told us about servers and channels. All best effort: null where nothing is known. */
export interface Places {
  /** The bot's own permissions there. */
  ownPermissions(guildId: string, channelId: string): bigint | null;
  memberPermissions(guildId: string, channelId: string, userId: string, member: MemberPayload): bigint | null;
  /** Largest attachment of the server, bytes. */
  uploadBytes(guildId: string | null): number;
  /** Whether the channel (a thread's: its parent) is age-restricted. */
  isAgeRestricted(guildId: string, channelId: string): boolean | null;
  isThread(guildId: string, channelId: string): boolean;
  /** The channel itself, or a thread's parent. */
  roomOf(guildId: string, channelId: string): string;
}

/** Asks the client that is connected now; there is none before the start. */
export function createPlaces(client: () => Client | null): Places {
  const guildOf = (id: string): Guild | null => client()?.guilds.cache.get(id) ?? null;
  const channelOf = (guildId: string, id: string) => guildOf(guildId)?.channels.cache.get(id) ?? null;
  return {
    ownPermissions(guildId, channelId) {
      const me = guildOf(guildId)?.members.me ?? null;
      const channel = channelOf(guildId, channelId);
      return me === null || channel === null ? null : (channel.permissionsFor(me)?.bitfield ?? null);
    },
    memberPermissions(guildId, channelId, userId, member) {
      const guild = guildOf(guildId);
      const channel = channelOf(guildId, channelId);
      const place = channel?.isThread() ? channel.parent : channel;
      if (guild === null || !place || !("permissionOverwrites" in place)) return null;
      if (guild.ownerId === userId) return PermissionsBitField.All;
      const mine = [guildId, ...member.roles];
      let bits = mine.reduce<bigint>(
        (sum, id) => sum | (guild.roles.cache.get(id)?.permissions.bitfield ?? 0n),
        0n,
      );
      if (bits & PermissionFlagsBits.Administrator) return PermissionsBitField.All;
      // Discord's order: everyone's overwrite, then those of the roles together, then the member's own.
      for (const ids of [[guildId], member.roles, [userId]]) {
        const overwrites = ids.flatMap((id) => place.permissionOverwrites.cache.get(id) ?? []);
        bits &= ~overwrites.reduce<bigint>((sum, one) => sum | one.deny.bitfield, 0n);
        bits |= overwrites.reduce<bigint>((sum, one) => sum | one.allow.bitfield, 0n);
      }
      return bits;
    },
    uploadBytes: (guildId) =>
      BOOSTED_UPLOAD_BYTES[guildOf(guildId ?? "")?.premiumTier ?? 0] ?? DEFAULT_UPLOAD_BYTES,
    isAgeRestricted(guildId, channelId) {
      const channel = channelOf(guildId, channelId);
      const place = channel?.isThread() ? channel.parent : channel;
      return place && "nsfw" in place ? place.nsfw : null;
    },
    isThread: (guildId, channelId) => channelOf(guildId, channelId)?.isThread() ?? false,
    roomOf(guildId, channelId) {
      const channel = channelOf(guildId, channelId);
      return channel?.isThread() ? (channel.parentId ?? channelId) : channelId;
    },
  };
}
