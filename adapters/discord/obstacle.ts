import { ChannelType, PermissionFlagsBits } from "discord.js";

/** Discord's own names for the permissions a reply needs, as people find them in the channel's settings. */
const NAMES = [
  ["View Channel", PermissionFlagsBits.ViewChannel],
  ["Send Messages", PermissionFlagsBits.SendMessages],
  ["Send Messages in Threads", PermissionFlagsBits.SendMessagesInThreads],
  ["Attach Files", PermissionFlagsBits.AttachFiles],
  ["Read Message History", PermissionFlagsBits.ReadMessageHistory],
] as const;

export interface Ground {
  /** The bot's permissions there. */
  readonly permissions: bigint;
  /** `guild`: the bot is a member there; `elsewhere`: the person brought it along (user install). */
  readonly standing: "guild" | "elsewhere";
  readonly isThread: boolean;
}

/** What is missing for a picture to be posted, in Discord's names. */
export function missingPermissions({ permissions, standing, isThread }: Ground): readonly string[] {
  if (permissions & PermissionFlagsBits.Administrator) return [];
  const sending = isThread ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages;
  const needed: readonly bigint[] =
    standing === "guild"
      ? [
          PermissionFlagsBits.ViewChannel,
          sending,
          PermissionFlagsBits.AttachFiles,
          PermissionFlagsBits.ReadMessageHistory,
        ]
      : [PermissionFlagsBits.AttachFiles];
  return NAMES.filter(([, bit]) => needed.includes(bit) && !(permissions & bit)).map(([name]) => name);
}

/** A sentence that names what is missing, or null when a picture can be posted. */
export function obstacleOf(ground: Ground): string | null {
  const missing = missingPermissions(ground);
  if (missing.length === 0) return null;
  const which = missing.length === 1 ? "the permission" : "the permissions";
  return `I cannot post pictures here: I lack ${which} ${missing.join(", ")} in this channel.`;
}

export const AGE_RESTRICTED_ONLY = "Pictures are made only in age-restricted channels of this server.";

/** Whether a channel type is a thread's (resources/channel#channel-object-channel-types). */
export function isThreadType(type: number | undefined): boolean {
  return (
    type === ChannelType.PublicThread ||
    type === ChannelType.PrivateThread ||
    type === ChannelType.AnnouncementThread
  );
}
