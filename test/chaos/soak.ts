import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { enterPlayground, type PlaygroundClient, type Shown } from "../e2e/playground-client.ts";
import { createRunningClock } from "../support/discord/running-clock.ts";
import { BOT_TOKEN, SIGNING_SECRET } from "../support/slack/state.ts";
import { createDiscordPlace } from "./discord-place.ts";
import { type Place, pause, until } from "./place.ts";
import { createRandom } from "./random.ts";
import { createSlackPlace } from "./slack-place.ts";
import { type Held, startSoakProduct, temporaryPictures } from "./soak-product.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "5000" },
    /** After how many jobs it is looked for the first time, and then again each time. */
    every: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    /** A folder: heap snapshots of the first look and the last one go there. For `heap-diff`. */
    snapshots: { type: "string" },
  },
});
const jobs = Number(values.jobs);
const every = Number(values.every);
const random = createRandom(Number(values.seed));

/** What may be more in the end than after the first look. Heap, data and buffers: Node's own caches go on filling. */
const SLACK = { heapMb: 3, dataMb: 1.5, buffersMb: 4, residentMb: 40, openFiles: 2, active: 2 } as const;
const MOST_OPEN = 40;
/** Slack lets an app edit fifty messages a minute in one workspace, so there it is slower. */
const SLACK_GAP_MS = 1600;
/** Most of what nobody uses is let go of by then; before the first look and the last one, all of it. */
const REST_MS = 6000;
const LONG_REST_MS = 80_000;
const PATIENCE_MS = 120_000;

const PROMPTS = {
  "": 80,
  "[sim:content_policy_violation]": 4,
  "[sim:lost_submit:1]": 2,
  "[sim:submit_502:1]": 2,
  "[sim:stream_cut]": 3,
  "[sim:result_malformed:1]": 2,
  "[sim:media_cut:1]": 2,
  "[sim:webp]": 3,
  "[sim:busy]": 2,
};

const simulator = createSimulator({
  durationMs: [20, 200],
  concurrency: MOST_OPEN,
  pixelScale: 0.05,
  paint: "on-download",
  historyListsRunning: true,
});
const { url: falUrl } = await simulator.start();
const discord = await createDiscordPlace(createRunningClock());
const slack = await createSlackPlace();
const environment = {
  FAL_KEY: "soak:soak",
  FAL_QUEUE_URL: falUrl,
  FAL_REST_URL: falUrl,
  FAL_PLATFORM_URL: falUrl,
  FAL_MEDIA_HOSTS: new URL(falUrl).host,
  FAL_CONCURRENCY: String(MOST_OPEN),
  FAL_HISTORY_SECONDS: "5",
  DISCORD_TOKEN: discord.discord.token,
  DISCORD_API_URL: discord.discord.apiUrl,
  SLACK_BOT_TOKEN: BOT_TOKEN,
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  SLACK_API_URL: slack.slack.apiUrl,
  PLAYGROUND: "on",
  LOG_LEVEL: "info",
};
const product = await startSoakProduct(environment, { snapshots: values.snapshots !== undefined });
slack.slack.requestUrl = `${product.url}/slack/events`;
const page = await enterPlayground(product.url);

const looks: { readonly jobs: number; readonly held: Held }[] = [];
let asked = 0;
let slackAt = 0;
const startedAt = Date.now();

while (product.counts().ended < jobs) {
  ask();
  // What was asked and refused leads to no job, so the two numbers drift apart for good.
  await until(() => product.counts().accepted - product.counts().ended < MOST_OPEN, PATIENCE_MS);
  await pause(random.between(2, 12));
  if (product.counts().ended >= (looks.length + 1) * every) await look(looks.length === 0);
}
await look(true);
const code = await finish();
process.exitCode = report() && code === 0 ? 0 : 1;

/** One deed of somebody somewhere; most of them lead to a job. */
function ask(): void {
  asked += 1;
  const isSlackFree = Date.now() >= slackAt + SLACK_GAP_MS;
  if (isSlackFree) slackAt = Date.now();
  const where = isSlackFree ? slack : random.pick<PlaygroundClient | Place>([page, discord]);
  const words = `picture ${asked} ${random.weighted(PROMPTS)}`.trim();
  const isAgain = random.next() < 0.05;
  if ("imagine" in where)
    void (isAgain ? pressAgain(where) : where.say(`/imagine ${words}`).catch(() => undefined));
  else if (isAgain) void reactAgain(where);
  else where.command(random.pick(where.people), words);
}

async function pressAgain(client: PlaygroundClient): Promise<void> {
  const shown = client.messages().filter((one): one is Shown => one.view?.kind === "done");
  const message = shown.at(-random.between(1, 20));
  const intent = random.weighted({ reroll: 6, delete: 2, "send-to-me": 1 });
  if (message !== undefined) await client.press(message, intent).catch(() => undefined);
}

async function reactAgain(place: Place): Promise<void> {
  const pictures = (await place.seen()).filter(({ shows }) => shows === "picture");
  const message = pictures.at(-random.between(1, 20));
  const emoji = random.weighted({ "🎲": 6, "❌": 2, "✉️": 1 });
  if (message !== undefined) place.react(random.pick(place.people), message, emoji);
}

/** Waits until nothing is going on, and for what is no longer used to be let go of. */
async function look(isCompared: boolean): Promise<void> {
  await until(() => product.counts().accepted === product.counts().ended, PATIENCE_MS);
  await pause(isCompared ? LONG_REST_MS : REST_MS);
  const held = await product.held();
  const { ended } = product.counts();
  if (isCompared && values.snapshots !== undefined)
    await product.snapshot(join(resolve(values.snapshots), `${ended}.heapsnapshot`));
  looks.push({ jobs: ended, held });
  const { heapMb, dataMb, buffersMb, residentMb, openFiles } = held;
  if (looks.length === 1)
    console.log("   jobs  heap MB  data MB  buffers MB  resident MB  open files  seconds");
  const columns: readonly (readonly [number, number])[] = [
    [ended, 7],
    [heapMb, 9],
    [dataMb, 9],
    [buffersMb, 12],
    [residentMb, 13],
    [openFiles, 12],
    [Math.round((Date.now() - startedAt) / 1000), 9],
  ];
  console.log(columns.map(([value, width]) => String(value).padStart(width)).join(""));
}

async function finish(): Promise<number | null> {
  const pictures = await temporaryPictures(product);
  if (pictures.length > 0) console.log(`Temporary pictures left: ${pictures.join(", ")}`);
  page.close();
  const code = await product.stop();
  await Promise.all([discord.close(), slack.close(), simulator.stop()]);
  return pictures.length > 0 ? 1 : code;
}

/** Says what there is more of than after the first look; true when that is nothing. */
function report(): boolean {
  const [early, late] = [looks[0], looks.at(-1)];
  if (early === undefined || late === undefined) return false;
  console.log(
    `\n${JSON.stringify(Object.fromEntries(product.counts().ends))}, fal got ${simulator.submits()}`,
  );
  console.log(`active after ${early.jobs}: ${JSON.stringify(early.held.active)}`);
  console.log(`active after ${late.jobs}: ${JSON.stringify(late.held.active)}`);
  const grown = (["heapMb", "dataMb", "buffersMb", "residentMb", "openFiles"] as const).filter(
    (name) => late.held[name] > early.held[name] + SLACK[name],
  );
  const kinds = Object.keys(late.held.active).filter(
    (kind) => (late.held.active[kind] ?? 0) > (early.held.active[kind] ?? 0) + SLACK.active,
  );
  for (const line of product.complaints().slice(0, 5)) console.log(`error: ${line}`);
  for (const name of [...grown, ...kinds]) console.log(`MORE THAN BEFORE: ${name}`);
  return grown.length + kinds.length + product.complaints().length === 0;
}
