import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { ReplyError, type ReplyProblem } from "../../src/errors.ts";

/** Discord's codes we act upon. Source: topics/opcodes-and-status-codes#json. */
export const CODE = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  tooLarge: 40005,
  acknowledged: 40060,
  missingAccess: 50001,
  closedDm: 50007,
  missingPermissions: 50013,
  invalidToken: 50027,
} as const;

/** The words of one code, and the problem it is to the core. */
const PROBLEMS: Readonly<Record<number, readonly [ReplyProblem, string]>> = {
  10003: ["gone", "The channel is no longer there."],
  10004: ["gone", "The server is no longer there."],
  10008: ["gone", "The message is no longer there."],
  10015: ["expired", "The interaction's token is not good."],
  10062: ["expired", "The interaction is over."],
  30046: ["paced", "Discord lets old messages be edited only so often."],
  40005: ["too-large", "A file is larger than Discord takes here."],
  40094: ["expired", "The interaction takes no more messages."],
  50001: ["forbidden", "The bot cannot see the channel."],
  50007: ["closed", "The person takes no private messages from the bot."],
  50008: ["forbidden", "The channel takes no messages, only posts (a forum)."],
  50013: ["forbidden", "The bot lacks a permission in the channel."],
  50027: ["expired", "The interaction's token is over."],
  50083: ["forbidden", "The thread is archived."],
  50278: ["closed", "The person shares no server with the bot."],
  130000: ["unavailable", "Discord is overloaded."],
  200000: ["forbidden", "The server's AutoMod blocked the message."],
  240000: ["forbidden", "Discord takes a link for harmful."],
};

/** Discord's own error code; null for anything else. */
export function codeOf(error: unknown): number | null {
  return error instanceof DiscordAPIError ? Number(error.code) : null;
}

/**
 * What went wrong, in the core's words. The vendor's error is not kept as the cause: it carries the token in its
 * address and the prompt in its body.
 */
export function replyErrorOf(error: unknown): ReplyError {
  if (error instanceof ReplyError) return error;
  if (error instanceof RateLimitError) {
    return new ReplyError("paced", "Discord asks for patience.", {
      retryAfterMs: waitOf(error),
      context: { scope: error.scope, global: error.global },
    });
  }
  if (error instanceof DiscordAPIError) return ofCode(error);
  if (error instanceof HTTPError) {
    return new ReplyError("unavailable", "Discord had a fault.", { context: { status: error.status } });
  }
  return new ReplyError("unavailable", "Discord could not be reached.", {
    context: { why: reasonOf(error) },
  });
}

/** How long Discord wants to be left alone, ms; its several numbers mean the same or nothing. */
export function waitOf(
  limit: Pick<RateLimitError, "timeToReset" | "retryAfter" | "sublimitTimeout">,
): number {
  return Math.max(1, Math.ceil(Math.max(limit.timeToReset, limit.retryAfter, limit.sublimitTimeout)));
}

function ofCode(error: DiscordAPIError): ReplyError {
  const code = Number(error.code);
  // Only the code and, for a body Discord would not take, the names of its fields.
  const context = {
    status: error.status,
    code,
    ...(code === 50035 ? { fields: error.message.slice(0, 300) } : {}),
  };
  const known = PROBLEMS[code];
  if (known?.[0] === "paced") return new ReplyError("paced", known[1], { context, retryAfterMs: 60_000 });
  if (known) return new ReplyError(known[0], known[1], { context });
  if (error.status === 413)
    return new ReplyError("too-large", "A file is larger than Discord takes.", { context });
  if (error.status === 401)
    return new ReplyError("forbidden", "Discord refuses the bot's token.", { context });
  if (error.status === 404) return new ReplyError("gone", "Discord knows no such place.", { context });
  return new ReplyError("forbidden", "Discord would not take the message.", { context });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
