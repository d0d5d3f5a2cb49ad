import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Answer, Method, MethodContext } from "./api.ts";
import { jsonArg, writable } from "./chat.ts";
import { type Fields, isFields, str } from "./fields.ts";
import { BOT_USER, type SlackChannel, type SlackFile, type SlackState } from "./state.ts";

/** Longest file whose text is kept. */
const MOST_KEPT = 1_000_000;
/** What files.completeUploadExternal takes for a channel: no person's id. */
const CHANNEL_ID = /^[CGDZ][A-Z0-9]+$/;
const SHOWN_TYPES = ["image/png", "image/jpeg", "image/gif"];

/** Whether an image block may show the file: there, ours, complete, worked on, and a type Slack shows. */
export function showableFile(id: string, { state, clock, token }: MethodContext): boolean {
  const file = state.files.get(id);
  if (file === undefined || file.deleted || file.token !== token || !file.completed) return false;
  return clock.now() >= file.shownAt && SHOWN_TYPES.includes(file.mimetype);
}

/** Takes an upload's bytes in. Returns the HTTP status Slack's upload host answers with. */
export async function receiveUpload(
  id: string,
  request: IncomingMessage,
  state: SlackState,
): Promise<number> {
  const file = state.files.get(id);
  const hash = createHash("sha256");
  let size = 0;
  let kept = Buffer.alloc(0);
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    hash.update(chunk);
    size += chunk.length;
    if (kept.length < MOST_KEPT) kept = Buffer.concat([kept, chunk]);
  }
  if (request.method !== "POST" || file === undefined || file.sha256 !== null) return 404;
  if (size !== file.length) return 400;
  file.sha256 = hash.digest("hex");
  file.mimetype = sniff(kept);
  if (file.mimetype === "text/plain") file.text = kept.toString("utf8");
  return 200;
}

function sniff(bytes: Buffer): string {
  const head = bytes.subarray(0, 16);
  if (head.subarray(1, 4).toString("latin1") === "PNG") return "image/png";
  if (head[0] === 0xff && head[1] === 0xd8) return "image/jpeg";
  if (head.subarray(0, 4).toString("latin1") === "GIF8") return "image/gif";
  if (head.subarray(8, 12).toString("latin1") === "WEBP") return "image/webp";
  return isUtf8(bytes) ? "text/plain" : "application/octet-stream";
}

function getUploadUrl(args: Fields, { state, token, origin }: MethodContext): Answer {
  const filename = str(args, "filename");
  const length = Number(str(args, "length"));
  if (filename === "" || !(length >= 1)) return { error: "missing_argument" };
  const file: SlackFile = {
    id: state.nextId("F"),
    token,
    filename,
    length,
    sha256: null,
    text: null,
    mimetype: "",
    completed: false,
    readyAt: Number.POSITIVE_INFINITY,
    shownAt: Number.POSITIVE_INFINITY,
    deleted: false,
    shares: [],
  };
  state.files.set(file.id, file);
  return { upload_url: `${origin}/upload/${file.id}`, file_id: file.id };
}

function complete(args: Fields, context: MethodContext): Answer {
  const { state, clock, token, fileReadyMs, fileShownMs } = context;
  const wanted = jsonArg(args, "files");
  const ids = Array.isArray(wanted) ? wanted.filter(isFields).map((one) => str(one, "id")) : [];
  if (ids.length === 0) return { error: "invalid_arguments" };
  const files = ids.map((id) => state.files.get(id));
  if (args["channel_id"] !== undefined && !CHANNEL_ID.test(str(args, "channel_id"))) {
    const errors = [`input must match regex pattern: ${CHANNEL_ID.source} [json-pointer:/channel_id]`];
    return { error: "invalid_arguments", errors };
  }
  const share =
    args["channel_id"] === undefined ? null : writable({ ...args, channel: args["channel_id"] }, context);
  if (share !== null && "error" in share) return share;
  for (const file of files) {
    if (file === undefined || file.token !== token || file.sha256 === null)
      return { error: "file_not_found" };
    if (file.completed) return { error: "file_already_completed" };
  }
  for (const file of files) {
    if (file === undefined) continue;
    file.completed = true;
    file.readyAt = clock.now() + fileReadyMs;
    file.shownAt = file.readyAt + fileShownMs;
    if (share === null) continue;
    const threadTs = str(args, "thread_ts") || null;
    const block = { type: "file", file_id: file.id };
    const posted = { channel: share.id, threadTs, user: BOT_USER, sent: args, text: "", blocks: [block] };
    file.shares.push({ channel: share.id, threadTs, ts: state.addMessage(posted).ts });
  }
  return { files: ids.map((id) => ({ id })) };
}

function info(args: Fields, { state, clock }: MethodContext): Answer {
  const file = state.files.get(str(args, "file"));
  if (file === undefined) return { error: "file_not_found" };
  if (file.deleted) return { error: "file_deleted" };
  const ready = clock.now() >= file.readyAt;
  const sharedIn = (wanted: (kind: SlackChannel["kind"] | undefined) => boolean) => {
    const shares: Record<string, { ts: string; thread_ts?: string }[]> = {};
    for (const { channel, ts, threadTs } of file.shares) {
      if (!wanted(state.channels.get(channel)?.kind)) continue;
      const share = { ts, ...(threadTs !== null && { thread_ts: threadTs }) };
      shares[channel] = [...(shares[channel] ?? []), share];
    }
    return Object.keys(shares).length === 0 ? undefined : shares;
  };
  const shares = {
    public: sharedIn((kind) => kind === "public"),
    private: sharedIn((kind) => kind !== "public"),
  };
  const mimetype = ready ? file.mimetype : "";
  return { file: { id: file.id, name: file.filename, size: file.length, mimetype, shares } };
}

function remove(args: Fields, { state }: MethodContext): Answer {
  const file = state.files.get(str(args, "file"));
  if (file === undefined) return { error: "file_not_found" };
  if (file.deleted) return { error: "file_deleted" };
  file.deleted = true;
  return {};
}

export const fileMethods: Readonly<Record<string, Method>> = {
  "files.getUploadURLExternal": { scope: "files:write", kind: "bot", run: getUploadUrl },
  "files.completeUploadExternal": { scope: "files:write", kind: "bot", run: complete },
  "files.info": { scope: "files:read", kind: "bot", run: info },
  "files.delete": { scope: "files:write", kind: "bot", run: remove },
};
