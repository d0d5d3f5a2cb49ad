import type { FaultRow, OutsideCall } from "./fault-call.ts";
import { ANY_CALL, deletedRow, REFUSED_FOR_GOOD_MS, statusRow } from "./fault-rows.ts";

const api = (method: string, body = "") =>
  new RegExp(String.raw`^POST \/api\/${method.replace(".", "\\.")} ${body}`);
const POST = api("chat.postMessage");
const UPLOAD_URL = api("files.getUploadURLExternal");
const BYTES = /^POST \/upload\//;

const common = {
  side: "slack",
  platform: "slack",
  act: (scene) => scene.say("a lighthouse"),
} as const satisfies Partial<OutsideCall>;

export const SLACK_CALLS: readonly OutsideCall[] = [
  { ...common, name: "postMessage", call: POST, before: null },
  {
    ...common,
    name: "update",
    call: api("chat.update", String.raw`[\s\S]*No.{1,3}picture`),
    before: POST,
    act: (scene) => scene.say("a lighthouse [sim:content_policy_violation]"),
  },
  { ...common, name: "upload URL", call: UPLOAD_URL, before: POST },
  { ...common, name: "upload bytes", call: BYTES, before: UPLOAD_URL },
  { ...common, name: "upload complete", call: api("files.completeUploadExternal"), before: BYTES },
  {
    ...common,
    name: "ephemeral",
    call: api("chat.postEphemeral"),
    before: null,
    async prepare(scene) {
      scene.say("a lighthouse");
      await scene.when(() => scene.jobs()[0]?.state === "done", "there is a picture");
    },
    async act(scene) {
      // Not Bob's to delete: he is told so, and nobody else is.
      const [message] = await scene.seen();
      if (message !== undefined) scene.place.react("U0BOB", message, "❌");
    },
    told: ({ outside }) => outside.slack.slack.state.ephemerals.length > 0,
  },
];

const POSTS = ["postMessage", "ephemeral"];
/** All but the upload host. */
const METHODS = ["postMessage", "update", "upload URL", "upload complete", "ephemeral"];
const refused = (error: string, to: readonly string[], lastsMs?: number): FaultRow =>
  statusRow(error, 200, { ok: false, error }, { to, ...(lastsMs !== undefined && { lastsMs }) });

/** Slack's own answers. Source: docs.slack.dev, each method's errors; rate limits. */
export const SLACK_ROWS: readonly FaultRow[] = [
  ...ANY_CALL,
  refused("internal_error", METHODS),
  refused("not_in_channel", POSTS),
  refused("channel_not_found", POSTS),
  deletedRow("message_not_found: it was deleted", [
    "update",
    "upload URL",
    "upload bytes",
    "upload complete",
  ]),
  refused("token_revoked", METHODS, REFUSED_FOR_GOOD_MS),
  statusRow(
    "429 with Retry-After",
    429,
    { ok: false, error: "ratelimited" },
    { headers: { "retry-after": "1" } },
  ),
  statusRow("429 without", 429, { ok: false, error: "ratelimited" }),
  statusRow("500", 500, { ok: false }),
  statusRow("502, nothing done", 502, "<h1>Bad gateway</h1>"),
  statusRow("502, done", 502, "<h1>Bad gateway</h1>", { acted: true }),
  statusRow("503", 503, { ok: false, error: "service_unavailable" }),
  statusRow("504", 504, "<h1>Gateway timeout</h1>", { acted: true }),
];
