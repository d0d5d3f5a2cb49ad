import type { FaultRow, OutsideCall, Scene } from "./fault-call.ts";
import { ANY_CALL, deletedRow, REFUSED_FOR_GOOD_MS, statusRow } from "./fault-rows.ts";

const BY_TOKEN = String.raw`^PATCH \S+\/webhooks\/\S+\/messages\/\S+ `;
const CREATE = /^POST \S+\/channels\/\d+\/messages /;

const common = { side: "discord", platform: "discord" } as const satisfies Partial<OutsideCall>;

/** Somebody puts 🎲 on a picture: the next one is a message of the bot's own. */
const reroll = {
  jobs: 2,
  async prepare(scene: Scene) {
    scene.say("a lighthouse");
    await scene.when(async () => (await scene.seen())[0]?.shows === "picture", "there is a picture");
    await scene.when(() => scene.jobs()[0]?.state === "done", "it is stored as done");
  },
  async act(scene: Scene) {
    const [message] = await scene.seen();
    const [parent] = scene.jobs();
    if (message === undefined || parent === undefined) return;
    scene.wish(parent);
    scene.place.react(scene.place.people[0], message, "🎲");
  },
};

export const DISCORD_CALLS: readonly OutsideCall[] = [
  {
    ...common,
    name: "callback",
    call: /^POST \S+\/interactions\/\d+\/\S+\/callback/,
    before: null,
    act: (scene) => scene.say("a lighthouse"),
  },
  {
    ...common,
    name: "webhook edit",
    call: new RegExp(String.raw`${BY_TOKEN}application\/json[\s\S]*No picture`),
    before: /^POST \S+\/interactions\/\d+\/\S+\/callback/,
    act: (scene) => scene.say("a lighthouse [sim:content_policy_violation]"),
  },
  {
    ...common,
    name: "upload",
    call: new RegExp(`${BY_TOKEN}multipart`),
    before: /^POST \S+\/interactions\/\d+\/\S+\/callback/,
    act: (scene) => scene.say("a lighthouse"),
  },
  { ...common, ...reroll, name: "create", call: CREATE, before: null },
  {
    ...common,
    ...reroll,
    name: "bot-token edit",
    call: /^PATCH \S+\/channels\/\d+\/messages\/\d+ multipart/,
    before: CREATE,
  },
];

const FOR_GOOD = { lastsMs: REFUSED_FOR_GOOD_MS };

/** Discord's own answers. Source: topics/opcodes-and-status-codes, topics/rate-limits. */
export const DISCORD_ROWS: readonly FaultRow[] = [
  ...ANY_CALL,
  statusRow("400 invalid form", 400, { code: 50035, message: "Invalid Form Body", errors: {} }, FOR_GOOD),
  statusRow("401", 401, { code: 0, message: "401: Unauthorized" }, FOR_GOOD),
  statusRow("403 missing permissions", 403, { code: 50013, message: "Missing Permissions" }, FOR_GOOD),
  statusRow(
    "404 unknown interaction",
    404,
    { code: 10062, message: "Unknown interaction" },
    { to: ["callback"] },
  ),
  statusRow("404 unknown channel", 404, { code: 10003, message: "Unknown Channel" }, { to: ["create"] }),
  deletedRow("404 the message was deleted", ["webhook edit", "upload", "bot-token edit"]),
  statusRow(
    "413 too large",
    413,
    { code: 40005, message: "Request entity too large" },
    { to: ["upload", "bot-token edit"], ...FOR_GOOD },
  ),
  statusRow(
    "429 with Retry-After",
    429,
    { message: "You are being rate limited.", retry_after: 0.1, global: false },
    { headers: { "retry-after": "0.1", "x-ratelimit-scope": "user" } },
  ),
  statusRow("429 without", 429, "<h1>Too many requests</h1>"),
  statusRow("500", 500, { code: 0, message: "500: Internal Server Error" }),
  statusRow("502, nothing done", 502, "<h1>Bad gateway</h1>"),
  statusRow("502, done", 502, "<h1>Bad gateway</h1>", { acted: true }),
  statusRow("503", 503, { code: 130000, message: "API resource is currently overloaded." }),
  statusRow("504", 504, "<h1>Gateway timeout</h1>", { acted: true }),
];
