/** A person, or the bot. */
export interface UserState {
  readonly id: string;
  readonly name: string;
  readonly bot: boolean;
  takesDirectMessages: boolean;
}

export interface RoleState {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
}

export interface GuildState {
  readonly id: string;
  readonly name: string;
  /** The first role is @everyone and has the guild's id. */
  readonly roles: RoleState[];
  /** Role ids by member. */
  readonly members: Map<string, string[]>;
  /** Null: somebody who is not here. */
  ownerId: string | null;
  /** Whether the bot was added to it; a command may work there without (user install). */
  readonly botInside: boolean;
  readonly uploadLimit: number;
}

export interface OverwriteState {
  readonly id: string;
  /** 0 a role, 1 a member. */
  readonly type: 0 | 1;
  readonly allow: bigint;
  readonly deny: bigint;
}

/** Discord's channel types: 0 text, 1 direct messages, 3 group of friends, 4 category, 11 public thread, 15 forum. */
export interface ChannelState {
  readonly id: string;
  readonly type: 0 | 1 | 3 | 4 | 11 | 15;
  readonly name: string;
  readonly guildId: string | null;
  /** A thread's channel, a channel's category. */
  readonly parentId: string | null;
  nsfw: boolean;
  readonly overwrites: OverwriteState[];
  /** Who talks in a private conversation. */
  readonly recipients: readonly string[];
}

export interface AttachmentState {
  readonly id: string;
  readonly filename: string;
  readonly description: string | null;
  readonly contentType: string | null;
  readonly bytes: number;
  readonly sha256: string;
  /** Null when larger than the emulator keeps. */
  readonly content: Buffer | null;
}

/** One request that made or changed a message. */
export interface MessageWrite {
  readonly via: "callback" | "webhook" | "bot";
  readonly at: number;
  /** As sent; undefined: the platform's default, which pings. */
  readonly allowedMentions: unknown;
  readonly multipart: boolean;
  /** The body as sent. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface MessageState {
  readonly id: string;
  readonly channelId: string;
  readonly guildId: string | null;
  readonly authorId: string;
  /** Set on replies to interactions. */
  readonly webhookId: string | null;
  readonly replyTo: string | null;
  readonly nonce: string | null;
  /** The only person who sees it. */
  readonly ephemeralFor: string | null;
  content: string;
  flags: number;
  components: readonly Record<string, unknown>[];
  attachments: readonly AttachmentState[];
  readonly writes: MessageWrite[];
  /** Users, roles and "everyone" that this message has pinged. */
  readonly pings: Set<string>;
  readonly reactions: Map<string, Set<string>>;
  loading: boolean;
  deleted: boolean;
}

export interface InteractionState {
  readonly id: string;
  readonly token: string;
  /** 2 command, 3 component, 5 modal submit. */
  readonly type: 2 | 3 | 5;
  readonly userId: string;
  readonly channelId: string;
  readonly guildId: string | null;
  readonly createdAt: number;
  readonly uploadLimit: number;
  readonly userInstallOnly: boolean;
  /** The message a component sits on (or the modal came from). */
  readonly sourceMessageId: string | null;
  /** Type of the callback that acknowledged it; null: not yet. */
  ack: number | null;
  ackAt: number | null;
  /** Milliseconds of true time from dispatch to acknowledgement. */
  ackMs: number | null;
  readonly dispatchedAt: number;
  originalId: string | null;
  modal: Record<string, unknown> | null;
  followUps: number;
}

/** Milliseconds an interaction waits for its acknowledgement. Source: interactions/receiving-and-responding. */
export const ACK_DEADLINE_MS = 3_000;
/** Milliseconds an interaction's token lives. Same source. */
export const TOKEN_LIFE_MS = 15 * 60_000;
export const EPHEMERAL = 1 << 6;
export const COMPONENTS_V2 = 1 << 15;
