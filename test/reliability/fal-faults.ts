import type { FaultRow, OutsideCall } from "./fault-call.ts";
import { ANY_CALL, statusRow } from "./fault-rows.ts";

const APP = String.raw`\/imagineart\/imagineart-1\.5-pro-preview`;
const SUBMIT = new RegExp(String.raw`^POST ${APP}\/text-to-image `);
const POLL = new RegExp(String.raw`^GET ${APP}\/requests\/[\w-]+\/status\?`);
const STREAM = new RegExp(String.raw`^GET ${APP}\/requests\/[\w-]+\/status\/stream`);
const RESULT = new RegExp(String.raw`^GET ${APP}\/requests\/[\w-]+(\/response)? `);

/** Longer than a job's deadline. */
const NEVER_MS = 10_000_000;
const common = {
  side: "fal",
  platform: "playground",
  act: (scene) => scene.say("a lighthouse"),
} as const satisfies Partial<OutsideCall>;

export const FAL_CALLS: readonly OutsideCall[] = [
  { ...common, name: "submit", call: SUBMIT, before: null },
  { ...common, name: "status stream", call: STREAM, before: SUBMIT },
  { ...common, name: "status poll", call: POLL, before: SUBMIT, simulator: { streaming: "none" } },
  { ...common, name: "result", call: RESULT, before: STREAM },
  {
    ...common,
    name: "cancel",
    call: /^PUT \S+\/cancel /,
    before: null,
    simulator: { durationMs: [NEVER_MS, NEVER_MS] },
    async prepare(scene) {
      scene.say("a lighthouse");
      await scene.when(async () => /Painting/.test((await scene.seen())[0]?.text ?? ""), "it is painted");
    },
    async act(scene) {
      const [reply] = await scene.seen();
      if (reply !== undefined) scene.place.press(scene.place.people[0], reply, "cancel");
    },
  },
  {
    ...common,
    name: "history",
    call: /^GET \/v1\/models\/requests\/by-endpoint/,
    before: SUBMIT,
    act(scene) {
      scene.line.spoil(SUBMIT, { type: "reset", acted: true }, 1);
      scene.say("a lighthouse");
    },
  },
  { ...common, name: "download", call: /^GET \/files\//, before: RESULT },
];

const detail = (text: string, error_type: string) => ({ detail: text, error_type });

/** fal's own answers. Source: fal's pages "request errors" and "model errors". */
export const FAL_ROWS: readonly FaultRow[] = [
  ...ANY_CALL,
  statusRow("400", 400, detail("Bad request", "bad_request")),
  statusRow("401", 401, { detail: "No user found for Key ID and Secret" }),
  statusRow("403", 403, { detail: "User is locked. Reason: Exhausted balance." }),
  statusRow("404", 404, { status: "NOT_FOUND", detail: "Not found" }),
  statusRow("408", 408, { detail: "Request timeout" }),
  statusRow("422", 422, { detail: [{ loc: ["body", "prompt"], msg: "no", type: "value_error" }] }),
  statusRow(
    "429 with Retry-After",
    429,
    { detail: "Too many requests" },
    { headers: { "retry-after": "1" } },
  ),
  statusRow("429 without", 429, { detail: "Too many requests" }),
  statusRow("500", 500, detail("Internal error", "internal_error")),
  statusRow("502 of a gateway, nothing done", 502, "<h1>Bad gateway</h1>"),
  statusRow("502 of a gateway, done", 502, "<h1>Bad gateway</h1>", { acted: true }),
  statusRow("503", 503, detail("No runner", "runner_scheduling_failure")),
  statusRow("504", 504, detail("Too late", "request_timeout")),
];
