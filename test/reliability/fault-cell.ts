import { isFinal, type Job } from "../../src/core/model.ts";
import { FAILURE_SENTENCES } from "../../src/core/sentences.ts";
import { type Bot, bootBot } from "../chaos/bot.ts";
import { INVARIANTS, nothingHeld, type Wish } from "../chaos/invariants.ts";
import { type Outside, openOutside } from "../chaos/outside.ts";
import type { Seen } from "../chaos/place.ts";
import { createTurningClock, type TurningClock } from "../support/turning-clock.ts";
import type { FaultRow, OutsideCall, Scene, Side } from "./fault-call.ts";
import { openFaultyLine } from "./faulty-line.ts";

export interface CellOutcome {
  /** In words: how it ends when the fault strikes once, and when it lasts where that is different. */
  readonly end: string;
  /** Promises that were broken, as sentences. */
  readonly broken: readonly string[];
}

/** How far the bot's time goes on with each turn of this process, ms. */
const STEP_MS = 100;
/** The same where true time matters: to Discord, which waits for three seconds only, and to the SDKs' own waits. */
const SLOW_STEP_MS = 10;
const REFUSED_ONCE_MS = 2500;
/** How long a lasting fault lasts, ms of the bot's time: against fal longer than a job's deadline. */
const LASTING_MS = {
  fast: { fal: 150_000, discord: 60_000, slack: 30_000 },
  slow: { fal: 150_000, discord: 60_000, slack: 60_000 },
} as const;
/** Far longer than anything takes, ms of the bot's time; only there so that a failure says what it was. */
const PATIENCE_MS = 900_000;
/** In which private words come, or never. */
const WORDS_MS = 40_000;
/** True ms: these waits are the SDKs' own. Where nothing hangs they only have to outlast a busy machine's stumbles. */
const PATIENCE = { fast: patienceOf(10_000), slow: patienceOf(2_500) } as const;
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** A call that cannot be answered so. */
export const NO_SUCH = "–";

/** Runs a cell of the fault matrix: once with the fault striking once, and once with it lasting. */
export async function runFaultCell(call: OutsideCall, row: FaultRow): Promise<CellOutcome> {
  const [once, lasting] = await Promise.all([
    strike(call, row, "once"),
    row.strikes === "once" ? null : strike(call, row, "lasting"),
  ]);
  const end = lasting === null || lasting.end === once.end ? once.end : `${once.end} · ${lasting.end}`;
  const named = (how: string, { broken }: CellOutcome) => broken.map((sentence) => `${how}: ${sentence}`);
  return { end, broken: [...named("once", once), ...(lasting === null ? [] : named("lasting", lasting))] };
}

async function strike(call: OutsideCall, row: FaultRow, how: "once" | "lasting"): Promise<CellOutcome> {
  const { time = "fast" } = row;
  const clock = createTurningClock(time === "slow" ? SLOW_STEP_MS : STEP_MS);
  const trueClock = createTurningClock(SLOW_STEP_MS);
  const discordClocks = { bot: trueClock, discord: trueClock.elsewhere };
  const simulator = { clock: clock.elsewhere, ...call.simulator };
  const platforms = ["playground", call.platform] as const;
  const outside = await openOutside(1, { platforms, clock, discordClocks, simulator });
  const line = await openFaultyLine(originOf(call.side, outside), clock);
  const bot = await bootBot(outside, () => {}, {
    platforms,
    storage: "memory",
    ways: { [call.side]: line.url },
    patience: PATIENCE[time],
  });
  const scene = createScene({ outside, clock, bot, line, place: outside[call.platform] });
  try {
    await call.prepare?.(scene);
    const fault = row.fault(call, scene);
    if (fault === null) return { end: NO_SUCH, broken: [] };
    const lasts = how === "lasting";
    const lastsMs = row.lastsMs ?? LASTING_MS[time][call.side];
    if (fault.type === "refused") await line.refuse(call.before, lasts ? FOR_EVER : REFUSED_ONCE_MS);
    else line.spoil(call.call, fault, lasts ? FOR_EVER : 1);
    await call.act(scene);
    const isOver = () =>
      scene.jobs().length >= (call.jobs ?? 1) && scene.jobs().every(isFinal) && held(bot) === 0;
    const endsWithin = (ms: number) => patiently(clock, () => isOver() && line.struck() > 0, ms);
    const isInTime = await endsWithin(lasts ? lastsMs : PATIENCE_MS);
    if (call.told !== undefined) await patiently(clock, () => call.told?.(scene) ?? true, WORDS_MS);
    const struck = line.struck();
    await line.clear();
    await endsWithin(PATIENCE_MS);
    await patiently(clock, async () => !(await isSilent(scene)), WORDS_MS);
    return {
      end: `${await endOf(call, scene)}${isInTime ? "" : ", later"}`,
      broken: [...(struck === 0 ? ["The fault never struck."] : []), ...(await broken(scene, call, struck))],
    };
  } finally {
    await bot.stop();
    await line.close();
    await outside.close();
    clock.stop();
    trueClock.stop();
  }
}

function patienceOf(ms: number) {
  // A callback has three seconds with its tries.
  const discord = { callbackMs: Math.min(ms, 1200), requestMs: ms, uploadMs: ms };
  return { discord, slackMs: ms, mediaMs: ms, streamMs: 2 * ms };
}

function originOf(side: Side, outside: Outside): string {
  switch (side) {
    case "fal":
      return outside.falUrl;
    case "discord":
      return new URL(outside.discord.discord.apiUrl).origin;
    case "slack":
      return outside.slack.slack.origin;
  }
}

/** Looks with each turn until it holds; false when so much of the bot's time has passed first. */
async function patiently(
  clock: TurningClock,
  holds: () => boolean | Promise<boolean>,
  ms: number,
): Promise<boolean> {
  for (const until = clock.elapsed() + ms; clock.elapsed() < until; await clock.sleep(STEP_MS))
    if (await holds()) return true;
  return false;
}

const held = (bot: Bot) => bot.counts().waiting + bot.counts().running;

type WholeScene = Scene & { readonly wishes: readonly Wish[]; readonly vanished: ReadonlySet<string> };

function createScene(parts: Pick<Scene, "outside" | "clock" | "place" | "bot" | "line">): WholeScene {
  const { outside, clock, place } = parts;
  const platform = place.name;
  const wishes: Wish[] = [];
  const vanished = new Set<string>();
  return {
    ...parts,
    wishes,
    vanished,
    jobs: () => [...outside.mirror.values()],
    say(prompt) {
      wishes.push({ platform, parentId: null, prompt, mustLead: false });
      place.command(place.people[0], prompt);
    },
    wish: (parent) => void wishes.push({ platform, parentId: parent.id, prompt: null, mustLead: false }),
    async vanish() {
      for (const message of await place.seen()) {
        place.vanish(message);
        vanished.add(message.key);
      }
    },
    seen: () => place.seen(),
    async when(holds, what) {
      if (!(await patiently(clock, holds, PATIENCE_MS))) throw new Error(`It never came to this: ${what}`);
    },
  };
}

/** Whether nobody has read anything; private words come last. */
async function isSilent(scene: Scene): Promise<boolean> {
  const keys = scene.jobs().map((job) => job.reply.messageKey);
  return keys.includes(null) && (await scene.place.privately()).length === 0;
}

/** What a person sees in the end. */
async function endOf(call: OutsideCall, scene: WholeScene): Promise<string> {
  if (call.told !== undefined) return call.told(scene) ? "told" : "not told";
  const seen = await scene.seen();
  const known = new Set(scene.jobs().map((job) => job.reply.messageKey));
  const stray = seen.some(({ key }) => !known.has(key)) ? " + stray line" : "";
  const job = scene.jobs().at(-1);
  const key = job?.reply.messageKey ?? null;
  if (key !== null && scene.vanished.has(key)) return "gone";
  const reply = seen.find((message) => message.key === key);
  if (job === undefined || reply === undefined)
    return `${(await scene.place.privately()).length > 0 ? "refused" : "silence"}${stray}`;
  return `${endOfReply(job, reply)}${stray}`;
}

function endOfReply(job: Job, reply: Seen): string {
  switch (job.state) {
    case "done":
      return reply.shows === "picture" ? "picture" : `done, and the reply says “${reply.text}”`;
    case "cancelled":
      return `cancelled (${job.cancel?.outcome})`;
    case "failed": {
      const failure = job.failure ?? "internal";
      // Where every edit is refused there is nobody to tell.
      return reply.text.includes(FAILURE_SENTENCES[failure]) ? failure : `${failure}, untold`;
    }
    default:
      return `still ${job.state}`;
  }
}

async function broken(scene: WholeScene, call: OutsideCall, struck: number): Promise<readonly string[]> {
  const { outside, bot, wishes, vanished } = scene;
  const evidence = {
    jobs: await bot.allJobs(),
    seen: await scene.seen(),
    submits: outside.submits(),
    wishes,
    vanished,
    // Where the answer to a post may have been lost, a line may stand that no job knows of.
    lostPosts: call.name === "postMessage" ? struck : 0,
  };
  const left = nothingHeld({
    openJobs: (await bot.openJobs()).length,
    liveJobs: held(bot),
    temporaryPictures: await outside.temporaryPictures(),
    resourcesBefore: [],
    resourcesAfter: [],
  });
  const breaches = [...INVARIANTS.flatMap((invariant) => invariant(evidence)), ...left];
  return [...breaches.map(({ invariant, what }) => `${invariant}: ${what}`), ...outside.fal.violations()];
}
