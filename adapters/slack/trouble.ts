import { webApi } from "@slack/bolt";
import { z } from "zod";
import { BotError, ReplyError, type ReplyProblem } from "../../src/errors.ts";
import { BOT_NAME } from "./shortcuts.ts";

/** What went wrong with one call to Slack. */
export type Trouble =
  /** Slack understood and said no, with its own word and its remarks. */
  | { readonly type: "refused"; readonly word: string; readonly remarks: readonly string[] }
  /** Slack asks for patience; the call was not carried out. */
  | { readonly type: "paced"; readonly retryAfterMs: number }
  /** It never left this machine. */
  | { readonly type: "not-sent" }
  /** Nobody knows whether it was carried out. */
  | { readonly type: "unknown" };

/** A failed call to Slack. Its message names the method and Slack's word, never an argument. */
export class SlackCallError extends BotError {
  readonly trouble: Trouble;
  readonly method: string;

  constructor(method: string, trouble: Trouble, cause?: unknown) {
    const word = trouble.type === "refused" ? trouble.word : trouble.type;
    super(`Slack's ${method} failed (${word}).`, { code: "reply", context: { method, word }, cause });
    this.name = "SlackCallError";
    this.method = method;
    this.trouble = trouble;
  }

  /** Slack's word for its refusal; null when it was no refusal. */
  get word(): string | null {
    return this.trouble.type === "refused" ? this.trouble.word : null;
  }

  /** Whether an image block was refused because its file cannot be shown (yet). */
  get badFile(): boolean {
    const { trouble } = this;
    return (
      trouble.type === "refused" &&
      trouble.word === "invalid_blocks" &&
      trouble.remarks.some((remark) => remark.includes("invalid slack file"))
    );
  }
}

/** Slack's own words that mean "later", though they come as a refusal. */
const PASSING = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "accesslimited",
  "rollup_error",
]);

/** What an SDK's error says about the call. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof webApi.WebAPIRateLimitedError)
    return { type: "paced", retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof webApi.WebAPIPlatformError) {
    const { word, remarks } = readRefusal(error.data);
    if (word === "ratelimited" || word === "rate_limited") return { type: "paced", retryAfterMs: 1000 };
    // An answer that is no JSON arrives here as its own "error word".
    if (!/^[a-z][a-z0-9_]{1,79}$/.test(word) || PASSING.has(word)) return { type: "unknown" };
    return { type: "refused", word, remarks };
  }
  if (error instanceof webApi.WebAPIRequestError && neverLeft(error.original)) return { type: "not-sent" };
  return { type: "unknown" };
}

const Refusal = z.object({
  error: z.string().catch(""),
  errors: z.array(z.string()).catch([]),
  response_metadata: z.object({ messages: z.array(z.string()).catch([]) }).catch({ messages: [] }),
});

function readRefusal(data: unknown): { readonly word: string; readonly remarks: readonly string[] } {
  const parsed = Refusal.safeParse(data);
  if (!parsed.success) return { word: "", remarks: [] };
  const { error, errors, response_metadata } = parsed.data;
  return { word: error, remarks: [...errors, ...response_metadata.messages] };
}

/** Connection refused and name not found are the only ones that certainly sent nothing. */
export function neverLeft(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN") return true;
  return error.cause === undefined ? false : neverLeft(error.cause);
}

const GONE = new Set(["message_not_found", "thread_not_found", "file_deleted"]);
const CLOSED = new Set([
  "user_not_found",
  "user_disabled",
  "cannot_dm_bot",
  "user_not_visible",
  "users_not_found",
]);
const TOO_LARGE = new Set(["file_upload_size_restricted", "file_too_large"]);

/** What was being done when Slack said no; a note is a post that nobody is waiting for. */
export type Doing = "post" | "edit" | "note";

/** The same for the core. `doing` tells what a channel nobody can find means. */
export function replyErrorOf(error: unknown, doing: Doing): ReplyError {
  if (error instanceof ReplyError) return error;
  if (!(error instanceof SlackCallError)) {
    return new ReplyError("unavailable", "Slack could not be reached.", { cause: error });
  }
  const { trouble } = error;
  const context = error.context;
  switch (trouble.type) {
    case "paced":
      return new ReplyError("paced", error.message, {
        context,
        cause: error,
        retryAfterMs: trouble.retryAfterMs,
      });
    case "not-sent":
    case "unknown":
      return new ReplyError("unavailable", error.message, { context, cause: error });
    case "refused": {
      const remedy = doing === "note" ? noteObstacleOf(trouble.word) : obstacleOf(trouble.word);
      return new ReplyError(problemOf(trouble.word, doing), error.message, {
        context,
        cause: error,
        ...(remedy !== null && { remedy }),
      });
    }
  }
}

function problemOf(word: string, doing: Doing): ReplyProblem {
  if (GONE.has(word)) return "gone";
  if (word === "channel_not_found" && doing !== "post") return "gone";
  if (CLOSED.has(word)) return "closed";
  if (TOO_LARGE.has(word)) return "too-large";
  return "forbidden";
}

/** Why nothing can be posted there, as a sentence for the person who asked; null: it is not about the place. */
export function obstacleOf(word: string): string | null {
  switch (word) {
    case "not_in_channel":
      return `I am not in this channel yet. Type /invite @${BOT_NAME} here, then ask again.`;
    case "channel_not_found":
      return (
        `I cannot see this conversation. In a private channel type /invite @${BOT_NAME} and ask again; ` +
        "in a direct message between people use a channel, or write to me directly."
      );
    case "is_archived":
      return "This channel is archived, so nothing can be posted here.";
    case "restricted_action":
    case "restricted_action_read_only_channel":
      return "This channel is read-only for me. Ask in another channel, or ask an admin to let apps post here.";
    case "restricted_action_thread_only_channel":
      return "I may only answer in threads here. Use the message shortcut “Imagine from message” instead.";
    case "restricted_action_non_threadable_channel":
    case "restricted_action_thread_locked":
      return "Threads are closed here, so I cannot answer in this one.";
    case "messages_tab_disabled":
      return "My messages tab is switched off in this workspace. Ask in a channel instead.";
    default:
      return null;
  }
}

/** The same about a channel that somebody chose from elsewhere. */
function noteObstacleOf(word: string): string | null {
  switch (word) {
    case "not_in_channel":
      return `I am not in that channel. Type /invite @${BOT_NAME} there.`;
    case "channel_not_found":
      return `I cannot find that channel. If it is a private one, type /invite @${BOT_NAME} there.`;
    case "is_archived":
      return "That channel is archived, so nothing can be posted there.";
    default:
      return word.startsWith("restricted_action") ? "Apps may not post in that channel." : null;
  }
}
