import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import type { OwnerOptions } from "../../src/core/core.ts";
import type { Job } from "../../src/core/model.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { createRunningClock } from "../support/discord/running-clock.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { createTurningClock } from "../support/turning-clock.ts";
import type { LedgerWatch } from "./books.ts";
import { createDiscordPlace, type DiscordPlace } from "./discord-place.ts";
import type { Submit } from "./invariants.ts";
import { within } from "./place.ts";
import { PLATFORMS, type PlatformName } from "./plan.ts";
import { createPlaygroundPlace, type PlaygroundPlace } from "./playground-place.ts";
import { createSlackPlace, type SlackPlace } from "./slack-place.ts";

/** The bot's time runs so many times as fast, so that nobody sits through its pauses; slower on a busy machine. */
export const HURRY = 40;
const BURIAL_MS = 5000;

/** Everything that outlives the bot: fal, the platforms, its disk. */
export interface Outside {
  /** The bot's; fal and the platforms have clocks of their own. */
  readonly clock: Clock;
  /** What the Discord adapter goes by: Discord's own three seconds cannot be hurried. */
  readonly trueClock: FakeClock;
  readonly directory: string;
  readonly fal: Simulator;
  readonly falUrl: string;
  readonly playground: PlaygroundPlace;
  readonly discord: DiscordPlace;
  readonly slack: SlackPlace;
  /** Every job as it was last stored, without reading the store. */
  readonly mirror: Map<string, Job>;
  readonly ledgerWatch: LedgerWatch;
  /** What the owner has set. */
  readonly owner: Partial<OwnerOptions>;
  /** While it is down every call of the store fails. */
  store: "up" | "down";
  /** What killed bots still let go of in this process. */
  readonly buried: Promise<unknown>[];
  submits(): readonly Submit[];
  /** Units billed, by request id; null: it has not ended. */
  bills(): ReadonlyMap<string, number | null>;
  temporaryPictures(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const inputSchema = z.looseObject({ prompt: z.string(), aspect_ratio: z.string(), seed: z.number() });

export interface OutsideOptions {
  /** The others are not there. @default all */
  readonly platforms?: readonly PlatformName[];
  readonly simulator?: SimulatorOptions;
  /** @default nothing limited */
  readonly owner?: Partial<OwnerOptions>;
  /** The bot's clock. @default one that goes on with the turns of this process, HURRY times as fast at most */
  readonly clock?: Clock;
  /** Its clock for Discord, and Discord's own. @default true time */
  readonly discordClocks?: { readonly bot: FakeClock; readonly discord: FakeClock };
}

export async function openOutside(seed: number, options: OutsideOptions = {}): Promise<Outside> {
  const { simulator = {} } = options;
  const hurried = createTurningClock(HURRY);
  const { clock = hurried } = options;
  const { bot: trueClock, discord: discordClock } = options.discordClocks ?? {
    bot: createRunningClock(),
    discord: createRunningClock(),
  };
  const directory = await mkdtemp(join(tmpdir(), "chaos-"));
  const fal = createSimulator({
    clock: hurried.elsewhere,
    seed,
    concurrency: 8,
    durationMs: [100, 1500],
    pixelScale: 0.02,
    paint: "on-download",
    historyListsRunning: true,
    ...simulator,
  });
  const { url } = await fal.start();
  const { platforms = PLATFORMS } = options;
  const discord = platforms.includes("discord") ? await createDiscordPlace(discordClock) : null;
  const slack = platforms.includes("slack") ? await createSlackPlace() : null;
  const buried: Promise<unknown>[] = [];
  return {
    clock,
    trueClock,
    directory,
    fal,
    falUrl: url,
    playground: createPlaygroundPlace(),
    get discord() {
      return there(discord);
    },
    get slack() {
      return there(slack);
    },
    mirror: new Map(),
    ledgerWatch: { most: 0, denied: new Set() },
    owner: options.owner ?? {},
    store: "up",
    buried,
    submits: () =>
      fal.requests().map(({ id, input }) => {
        const { prompt, aspect_ratio: ratio, seed: chosen } = inputSchema.parse(input);
        return { id, prompt, ratio, seed: chosen };
      }),
    bills: () =>
      new Map(
        fal
          .requests()
          .map(({ id, finishedAt, billedUnits }) => [id, finishedAt === null ? null : billedUnits]),
      ),
    temporaryPictures: () => readdir(join(directory, "pictures")).catch(() => []),
    async close() {
      await within(Promise.all(buried), BURIAL_MS);
      await Promise.all([fal.stop(), discord?.close(), slack?.close()]);
      hurried.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function there<T>(place: T | null): T {
  if (place === null) throw new Error("There is no such platform here.");
  return place;
}
