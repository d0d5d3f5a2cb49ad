import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createDiscordAdapter } from "../../../adapters/discord/adapter.ts";
import { commands } from "../../../commands/index.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { createCore } from "../../../src/core/core.ts";
import type { PlatformAdapter } from "../../../src/core/ports.ts";
import type { Happening } from "../../../src/core/telemetry.ts";
import { createFalBackend } from "../../../src/fal/backend.ts";
import { home } from "../../../src/home.ts";
import { createPictures } from "../../../src/pictures/pictures.ts";
import { createRoundRobinQueue } from "../../../src/queue/round-robin.ts";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { openStorage } from "../../../src/storage/storage.ts";
import { ownerOptions } from "../owner.ts";
import { type DiscordEmulator, type EmulatorOptions, startDiscordEmulator } from "./emulator.ts";
import { createRunningClock } from "./running-clock.ts";
import { expectNoMentionsAllowed } from "./stage.ts";

const MODEL = "imagineart/imagineart-1.5-pro-preview/text-to-image";
const resultShape = z.object({ images: z.array(z.object({ url: z.string() })) });

/** The whole bot in this process: real core, real fal client, the simulator, real discord.js, the emulator. */
export interface Whole {
  readonly discord: DiscordEmulator;
  readonly simulator: Simulator;
  /** A finished request's picture, as fal would serve it. */
  picture(requestId: string): Promise<Buffer>;
  readonly happenings: readonly Happening[];
  readonly adapter: () => PlatformAdapter;
  /** Stops the bot as SIGTERM would and starts another one on the same records. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface WholeOptions {
  readonly concurrency: number;
  readonly durationMs: readonly [number, number];
  readonly discord?: EmulatorOptions;
  /** Pads every picture to so many bytes. @default as painted */
  readonly pictureBytes?: number;
}

/** Starts it with true time. */
export async function startWhole(options: WholeOptions): Promise<Whole> {
  const directory = await mkdtemp(join(tmpdir(), "whole-"));
  const discord = await startDiscordEmulator({ clock: createRunningClock(), ...options.discord });
  const simulator = createSimulator({
    durationMs: [...options.durationMs],
    concurrency: options.concurrency,
    // Small pictures: painting is what takes time here.
    pixelScale: 0.1,
    ...(options.pictureBytes === undefined ? {} : { pictureBytes: options.pictureBytes }),
  });
  const { url } = await simulator.start();
  const happenings: Happening[] = [];
  const telemetry = (happening: Happening) => void happenings.push(happening);
  const storage = openStorage({ url: "sqlite::memory:", clock: systemClock, onUnreadable: () => {} });
  const store = storage.jobs;
  const presses = storage.records("presses", z.string());

  async function boot() {
    const adapter = createDiscordAdapter({
      token: discord.token,
      apiUrl: discord.apiUrl,
      guildId: null,
      commands,
      clock: systemClock,
      telemetry,
      log: () => {},
    });
    const backend = createFalBackend({
      credentials: "a:b",
      model: MODEL,
      urls: { queue: url, rest: url, platform: url },
      clock: systemClock,
      telemetry,
    });
    const pictures = createPictures({ directory, allowedHosts: [new URL(url).host] });
    const core = createCore({
      store,
      presses,
      queue: createRoundRobinQueue({ clock: systemClock, onFault: () => {} }),
      backend,
      pictures,
      adapters: [adapter],
      commands,
      home,
      clock: systemClock,
      telemetry,
      settings: { concurrency: options.concurrency, deadlineMs: 300_000, quietWindowMs: 5_000 },
      owner: ownerOptions(storage),
    });
    await core.start();
    await adapter.start(core.sink);
    return {
      adapter,
      stop: async () => {
        await core.stop();
        await adapter.stop();
        await backend.close();
        await pictures.close();
      },
    };
  }

  let bot = await boot();
  return {
    discord,
    simulator,
    async picture(requestId) {
      const [owner, name] = MODEL.split("/");
      const headers = { authorization: "Key a:b" };
      const result = await fetch(`${url}/${owner}/${name}/requests/${requestId}`, { headers });
      const { images } = resultShape.parse(await result.json());
      const media = await fetch(images[0]?.url ?? "");
      return Buffer.from(await media.arrayBuffer());
    },
    happenings,
    adapter: () => bot.adapter,
    async restart() {
      await bot.stop();
      bot = await boot();
    },
    async close() {
      await bot.stop();
      await simulator.stop();
      await discord.close();
      expectNoMentionsAllowed(discord);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
