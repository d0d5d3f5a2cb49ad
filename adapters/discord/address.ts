import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { ReplyRef } from "../../src/core/model.ts";
import { BotError } from "../../src/errors.ts";
import { DEFAULT_UPLOAD_BYTES } from "./limits.ts";

/** The platform's name in every requester, address and log line. */
export const PLATFORM = "discord";

const snowflake = z.string().regex(/^\d{1,20}$/);
const common = {
  guild: snowflake.nullable(),
  /** The message, once it stands. */
  message: snowflake.nullable(),
  /** Largest attachment there, bytes. */
  maxBytes: z.number().int().positive(),
  /** Makes a repeated post harmless (resources/message#create-message: nonce, enforce_nonce). */
  nonce: z.string().max(25),
};

/** A reply to an interaction. */
const interactionAddress = z.object({
  kind: z.literal("interaction"),
  ...common,
  channel: snowflake,
  application: snowflake,
  interaction: snowflake,
  token: z.string().min(1),
  /** Epoch ms at which Discord received the interaction; its token dies 15 minutes later. */
  since: z.number(),
  /** The message a button sits on: never to be taken for the reply. */
  source: snowflake.nullable(),
  /** `bot`: the bot token reaches the channel too, so the reply outlives the token. */
  reach: z.enum(["bot", "token"]),
});

/** A message of the bot's own in a channel. */
const channelAddress = z.object({
  kind: z.literal("channel"),
  ...common,
  channel: snowflake,
  /** The message it answers. */
  replyTo: snowflake.nullable(),
  /** `quiet` notifies nobody who watches the channel, as suits a log. Addresses of earlier versions have none. */
  tone: z.enum(["ordinary", "quiet"]).default("ordinary"),
});

/** A private message to one person; its channel is opened when first needed. */
const directAddress = z.object({
  kind: z.literal("direct"),
  ...common,
  user: snowflake,
  channel: snowflake.nullable(),
});

const address = z.discriminatedUnion("kind", [interactionAddress, channelAddress, directAddress]);
export type InteractionAddress = z.infer<typeof interactionAddress>;
export type ChannelAddress = z.infer<typeof channelAddress>;
export type DirectAddress = z.infer<typeof directAddress>;
export type Address = z.infer<typeof address>;

/** @throws BotError `misuse` when the reference is not one of ours. */
export function readAddress(ref: ReplyRef): Address {
  const parsed = address.safeParse(ref.data);
  if (ref.platform === PLATFORM && parsed.success) return parsed.data;
  throw new BotError("This is no address of a Discord reply.", { code: "misuse" });
}

export function refOf(data: Address, applicationId: string): ReplyRef {
  const key =
    data.message === null || data.channel === null
      ? null
      : messageKeyOf(data.guild, data.channel, data.message);
  return { platform: PLATFORM, messageKey: key, scope: `${PLATFORM}/${applicationId}`, data };
}

/** Where an address points now, in the scope it had. */
export function movedTo(ref: ReplyRef, data: Address): ReplyRef {
  return { ...refOf(data, ""), scope: ref.scope };
}

/** "discord/<guild or @me>/<channel>/<message>": enough for a link. */
export function messageKeyOf(guild: string | null, channel: string, message: string): string {
  return `${PLATFORM}/${guild ?? "@me"}/${channel}/${message}`;
}

/** The message's own address in Discord, or null when the key is not ours. */
export function messageLink(key: string): string | null {
  const found = /^discord\/(\d+|@me)\/(\d+)\/(\d+)$/.exec(key);
  return found ? `https://discord.com/channels/${found[1]}/${found[2]}/${found[3]}` : null;
}

export function directAddressOf(user: string): DirectAddress {
  return {
    kind: "direct",
    guild: null,
    message: null,
    maxBytes: DEFAULT_UPLOAD_BYTES,
    nonce: newNonce(),
    user,
    channel: null,
  };
}

/** 24 characters that no other post has. */
export function newNonce(): string {
  return randomBytes(18).toString("base64url");
}

/** Discord's first millisecond (reference#snowflakes). */
const DISCORD_EPOCH = 1_420_070_400_000;

/** Epoch ms at which Discord made this id. */
export function timeOf(id: string): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH;
}
