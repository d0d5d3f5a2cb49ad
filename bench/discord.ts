import { setTimeout as sleep } from "node:timers/promises";
import { startBot } from "./bot.ts";
import { type DiscordAsk, type DiscordReport, discordMessageSchema } from "./discord-messages.ts";
import { startPlainBot } from "./discord-plain.ts";
import { ENDPOINT, type Fal, type FalRequest, startFal } from "./fal.ts";
import { startHelper } from "./helper.ts";
import { processorSecondsOf, watchMemory } from "./memory-watch.ts";
import { withFolder } from "./place.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** One bot with all its jobs. */
export interface DiscordSide {
  /** From the gateway event to the acknowledgement at Discord, ms; of those acknowledged. */
  readonly ackMs: Spread;
  /** Commands that were never acknowledged. */
  readonly unacknowledged: number;
  /** From fal's finish to the arrival of the first question for the result at fal, ms. */
  readonly noticedMs: Spread;
  /** From fal's finish to the picture, whole, in the message, ms; of those that came. */
  readonly pictureMs: Spread;
  /** Pictures that did not come in time. */
  readonly missing: number;
  /** Pictures in another message than the answer to the command. */
  readonly elsewhere: number;
  /** Answers 429 that Discord gave, by route. */
  readonly tooMany: Readonly<Record<string, number>>;
  /** Other refusals of Discord's, by route and status. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Requests to Discord. */
  readonly requests: number;
  /** Progress edits of a message before its picture. */
  readonly progressEdits: Spread;
  /** Largest number of takes at fal at one moment. */
  readonly mostAtFal: number;
  /** At rest, connected, bytes. */
  readonly idleBytes: number;
  /** Processor time while the work was done, of the bot and of those it worked with, seconds. */
  readonly processorSeconds: { readonly bot: number; readonly discord: number; readonly fal: number };
  /** From the first command to the last picture, seconds. */
  readonly tookSeconds: number;
  /** Largest resident size of the process's life, bytes. */
  readonly highestBytes: number;
  /** What the bot itself gave as reasons, some of them. */
  readonly problems: readonly string[];
}

export interface DiscordResult {
  readonly jobs: number;
  readonly perSecond: number;
  readonly durationMs: readonly [number, number];
  readonly pictureBytes: number;
  readonly bot: DiscordSide;
  readonly plain: DiscordSide;
}

export interface DiscordOptions {
  readonly jobs: number;
  readonly signal: AbortSignal;
}

const PER_SECOND = 50;
/** Longer than the commands take to come, so that all are at fal before the first one ends. */
const DURATION_MS = [20_000, 45_000] as const;
const PICTURE_BYTES = 1_500_000;
/** With one seed, and prompts that differ in a directive only, the simulator paints once and can send at once. */
const SEED = 42;
const SETTLE_MS = 1000;
/** After the last take has ended; what is not there then counts as missing. */
const PATIENCE_MS = 60_000;

/** So many slash commands at 50 a second, first to the bot, then to the plain one, each with a Discord and a fal of its own. */
export async function measureDiscord(options: DiscordOptions): Promise<DiscordResult> {
  const { jobs } = options;
  const bot = await runSide(options, startProduct);
  const plain = await runSide(options, startPlain);
  return {
    jobs,
    perSecond: PER_SECOND,
    durationMs: DURATION_MS,
    pictureBytes: PICTURE_BYTES,
    bot,
    plain,
  };
}

/** Where a bot is to work. */
interface Surroundings {
  readonly apiUrl: string;
  readonly token: string;
  readonly fal: Fal;
  readonly folder: string;
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** A bot that is connected. */
interface Contender {
  readonly pid: number;
  problems(): readonly string[];
  stop(): Promise<void>;
}

async function startProduct({ apiUrl, token, fal, folder, jobs, signal }: Surroundings): Promise<Contender> {
  const discord = { apiUrl, token };
  const bot = await startBot({ folder, falUrl: fal.url, concurrency: jobs, by: "node", discord, signal });
  return { pid: bot.pid, problems: () => [], stop: bot.stop };
}

function startPlain({ apiUrl, token, fal }: Surroundings): Promise<Contender> {
  return startPlainBot({ apiUrl, token, falUrl: fal.url, endpoint: ENDPOINT });
}

function runSide(
  { jobs, signal }: DiscordOptions,
  start: (surroundings: Surroundings) => Promise<Contender>,
): Promise<DiscordSide> {
  return withFolder(async (folder) => {
    const fal = await startFal();
    const discord = startHelper("bench/discord-process.js", discordMessageSchema);
    const ask = (what: DiscordAsk) => discord.send(what);
    const hear = (type: "connected" | "all there") =>
      discord.next((message) => (message.type === type ? message : null));
    try {
      await fal.set({ durationMs: [...DURATION_MS], pixelScale: 0.05, pictureBytes: PICTURE_BYTES });
      const connected = hear("connected");
      const { apiUrl, token } = await discord.next((one) => (one.type === "ready" ? one : null));
      const contender = await start({ apiUrl, token, fal, folder, jobs, signal });
      const watch = watchMemory(contender.pid);
      try {
        await connected;
        await sleep(SETTLE_MS, undefined, { signal });
        const idleBytes = watch.mark().lastBytes;
        const clocks = () => ({
          bot: processorSecondsOf(contender.pid),
          discord: processorSecondsOf(discord.pid),
          fal: processorSecondsOf(fal.pid),
        });
        const before = { at: Date.now(), used: clocks() };
        const allThere = hear("all there");
        const prompts = Array.from({ length: jobs }, (_, at) => `a lighthouse in a storm [sim:take${at}]`);
        ask({ type: "ask", prompts, seed: SEED, perSecond: PER_SECOND });
        const atMostMs = (jobs * 1000) / PER_SECOND + DURATION_MS[1] + PATIENCE_MS;
        await within(allThere, atMostMs, signal);
        const used = clocks();
        const processorSeconds = {
          bot: used.bot - before.used.bot,
          discord: used.discord - before.used.discord,
          fal: used.fal - before.used.fal,
        };
        const tookSeconds = (Date.now() - before.at) / 1000;
        const told = discord.next((one) => (one.type === "report" ? one.report : null));
        ask({ type: "report" });
        const { problems } = contender;
        const use = { processorSeconds, tookSeconds, idleBytes, highestBytes: watch.highestBytes() };
        const side = sideOf(await told, await fal.requests(), await fal.arrivals());
        return { ...side, ...use, problems: problems().slice(0, 3) };
      } finally {
        watch.stop();
        await contender.stop();
      }
    } finally {
      await Promise.all([discord.stop(), fal.stop()]);
    }
  });
}

/** Waits for the promise, but not longer; the report tells what is missing. */
async function within(promise: Promise<unknown>, atMostMs: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const late = sleep(atMostMs, undefined, { signal: AbortSignal.any([signal, over.signal]) });
  try {
    await Promise.race([promise, late]);
  } finally {
    over.abort();
    await late.catch(() => {}); // ended on purpose
  }
}

function sideOf(
  { replies, ...counts }: DiscordReport,
  requests: readonly FalRequest[],
  arrivals: ReadonlyMap<string, number>,
): Omit<DiscordSide, "processorSeconds" | "tookSeconds" | "idleBytes" | "highestBytes" | "problems"> {
  const byPrompt = new Map(requests.map((request) => [request.input.prompt, request]));
  const acks = replies.flatMap(({ ackMs }) => (ackMs === null ? [] : [ackMs]));
  const pictures = replies.flatMap(({ prompt, pictureAt, bytes }) => {
    if (pictureAt === null) return [];
    const finishedAt = byPrompt.get(prompt)?.finishedAt;
    if (finishedAt == null) throw new Error("A picture is unknown to fal");
    if (bytes !== PICTURE_BYTES)
      throw new Error(`A picture of ${PICTURE_BYTES} bytes came out with ${bytes} bytes`);
    return [pictureAt - finishedAt];
  });
  return {
    ...counts,
    ackMs: spreadOf(acks),
    unacknowledged: replies.length - acks.length,
    noticedMs: spreadOf(
      requests.flatMap(({ id, finishedAt }) => {
        const arrivedAt = arrivals.get(id);
        return finishedAt === null || arrivedAt === undefined ? [] : [arrivedAt - finishedAt];
      }),
    ),
    pictureMs: spreadOf(pictures),
    missing: replies.length - pictures.length,
    elsewhere: replies.filter(({ elsewhere }) => elsewhere).length,
    progressEdits: spreadOf(replies.map(({ progressEdits }) => progressEdits)),
    mostAtFal: mostAtOnce(requests),
  };
}

function mostAtOnce(requests: readonly FalRequest[]): number {
  const changes = requests.flatMap(({ acceptedAt, finishedAt }) => [
    { at: acceptedAt, by: 1 },
    { at: finishedAt ?? Number.POSITIVE_INFINITY, by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
