import type { Answer, Method, MethodContext } from "./api.ts";
import { blockErrors, tooLong } from "./blocks.ts";
import { type Fields, isFields, parseJson, str } from "./fields.ts";
import { showableFile } from "./files.ts";
import { BOT_USER, type SlackChannel } from "./state.ts";

const MOST_POST_TEXT = 40_000;
const MOST_UPDATE_TEXT = 4000;

/** Arguments that are objects arrive JSON-encoded in the form. */
export function jsonArg(args: Fields, name: string): unknown {
  const value = args[name];
  return typeof value === "string" ? parseJson(value) : value;
}

/** The channel if the bot may write there, or Slack's word for why not. */
export function writable(args: Fields, { state }: MethodContext): SlackChannel | { readonly error: string } {
  const channel = state.channels.get(str(args, "channel"));
  if (channel === undefined) return { error: "channel_not_found" };
  if (!channel.members.has(BOT_USER)) {
    return { error: channel.kind === "public" ? "not_in_channel" : "channel_not_found" };
  }
  if (channel.archived) return { error: "is_archived" };
  if (channel.posting === "read-only") return { error: "restricted_action_read_only_channel" };
  const threaded = str(args, "thread_ts") !== "";
  if (channel.posting === "thread-only" && !threaded)
    return { error: "restricted_action_thread_only_channel" };
  if (channel.posting === "non-threadable" && threaded)
    return { error: "restricted_action_non_threadable_channel" };
  return channel;
}

/** The blocks of a call, checked. */
export function checkedBlocks(
  args: Fields,
  context: MethodContext,
): readonly Fields[] | { readonly error: string; readonly errors?: readonly string[] } {
  if (args["blocks"] === undefined || args["blocks"] === "") return [];
  const blocks = jsonArg(args, "blocks");
  const errors = blockErrors(blocks, "message", (id) => showableFile(id, context));
  if (errors.length > 0) return { error: "invalid_blocks", errors };
  if (tooLong(blocks)) return { error: "msg_blocks_too_long" };
  return Array.isArray(blocks) ? blocks.filter(isFields) : [];
}

function isRefusal(value: object): value is { readonly error: string } {
  return "error" in value;
}

function post(args: Fields, context: MethodContext): Answer {
  const { state } = context;
  const channel = writable(args, context);
  if (isRefusal(channel)) return channel;
  const blocks = checkedBlocks(args, context);
  if (isRefusal(blocks)) return blocks;
  const text = str(args, "text").slice(0, MOST_POST_TEXT);
  if (text === "" && blocks.length === 0) return { error: "no_text" };
  const threadTs = str(args, "thread_ts") || null;
  if (threadTs !== null) {
    const parent = state.message(channel.id, threadTs);
    // A reply's own ts is no thread: Slack documents that the parent's must be given.
    if (parent === null || parent.threadTs !== null) return { error: "thread_not_found" };
  }
  const message = state.addMessage({
    channel: channel.id,
    threadTs,
    user: BOT_USER,
    sent: args,
    text,
    blocks,
  });
  return {
    channel: channel.id,
    ts: message.ts,
    message: { type: "message", user: BOT_USER, ts: message.ts, text },
  };
}

function update(args: Fields, context: MethodContext): Answer {
  const { state } = context;
  const channel = state.channels.get(str(args, "channel"));
  if (channel === undefined || (!channel.members.has(BOT_USER) && channel.kind !== "public")) {
    return { error: "channel_not_found" };
  }
  const message = state.message(channel.id, str(args, "ts"));
  if (message === null) return { error: "message_not_found" };
  if (message.user !== BOT_USER) return { error: "cant_update_message" };
  if (channel.archived) return { error: "is_archived" };
  const text = str(args, "text");
  if (text.length > MOST_UPDATE_TEXT) return { error: "msg_too_long" };
  const blocks = checkedBlocks(args, context);
  if (isRefusal(blocks)) return blocks;
  if (text === "" && blocks.length === 0) return { error: "no_text" };
  // Text without blocks takes the old blocks away.
  state.editMessage(message, text, blocks);
  return { channel: channel.id, ts: message.ts, text };
}

function remove(args: Fields, { state }: MethodContext): Answer {
  const channel = str(args, "channel");
  if (!state.channels.has(channel)) return { error: "channel_not_found" };
  const message = state.message(channel, str(args, "ts"));
  if (message === null) return { error: "message_not_found" };
  if (message.user !== BOT_USER) return { error: "cant_delete_message" };
  message.deleted = true;
  return { channel, ts: message.ts };
}

function postEphemeral(args: Fields, context: MethodContext): Answer {
  const channel = writable(args, context);
  if (isRefusal(channel)) return channel;
  const user = str(args, "user");
  if (!channel.members.has(user)) return { error: "user_not_in_channel" };
  const blocks = checkedBlocks(args, context);
  if (isRefusal(blocks)) return blocks;
  const text = str(args, "text");
  if (text === "" && blocks.length === 0) return { error: "no_text" };
  const shown = { via: "chat.postEphemeral", channel: channel.id, user, text, blocks } as const;
  return { message_ts: context.state.addEphemeral(shown).ts };
}

function permalink(args: Fields, { state }: MethodContext): Answer {
  const channel = str(args, "channel");
  if (!state.channels.has(channel)) return { error: "channel_not_found" };
  const message = state.message(channel, str(args, "message_ts"));
  if (message === null) return { error: "message_not_found" };
  const thread = message.threadTs === null ? "" : `?thread_ts=${message.threadTs}&cid=${channel}`;
  const link = `https://testers.slack.com/archives/${channel}/p${message.ts.replace(".", "")}${thread}`;
  return { channel, permalink: link };
}

export const chatMethods: Readonly<Record<string, Method>> = {
  "chat.postMessage": { scope: "chat:write", kind: "bot", run: post },
  "chat.update": { scope: "chat:write", kind: "bot", run: update },
  "chat.delete": { scope: "chat:write", kind: "bot", run: remove },
  "chat.postEphemeral": { scope: "chat:write", kind: "bot", run: postEphemeral },
  "chat.getPermalink": { scope: null, kind: "bot", run: permalink },
};
