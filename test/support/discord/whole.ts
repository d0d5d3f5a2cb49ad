import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDiscordAdapter } from "../../../adapters/discord/adapter.ts";
import { commands } from "../../../commands/index.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { createCore } from "../../../src/core/core.ts";
import type { Pictures, PlatformAdapter } from "../../../src/core/ports.ts";
import type { Happening } from "../../../src/core/telemetry.ts";
import { createFalBackend } from "../../../src/fal/backend.ts";
import { home } from "../../../src/home.ts";
import { createPictures } from "../../../src/pictures/pictures.ts";
import { createRoundRobinQueue } from "../../../src/queue/round-robin.ts";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { createMemoryJobStore, createMemoryRecords } from "../../../src/storage/memory.ts";
import { type DiscordEmulator, type EmulatorOptions, startDiscordEmulator } from "./emulator.ts";
import { createRunningClock } from "./running-clock.ts";

/** The whole bot in this process: real core, real fal client, the simulator, real discord.js, the emulator. */
export interface Whole {
  readonly discord: DiscordEmulator;
  readonly simulator: Simulator;
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
  /** Stands in for the real store of pictures. */
  readonly pictures?: (directory: string) => Pictures;
}

/** Starts it with true time. */
export async function startWhole(options: WholeOptions): Promise<Whole> {
  const directory = await mkdtemp(join(tmpdir(), "whole-"));
  const discord = await startDiscordEmulator({ clock: createRunningClock(), ...options.discord });
  const simulator = createSimulator({
    durationMs: [...options.durationMs],
    concurrency: options.concurrency,
  });
  const { url } = await simulator.start();
  const happenings: Happening[] = [];
  const telemetry = (happening: Happening) => void happenings.push(happening);
  const store = createMemoryJobStore();
  const presses = createMemoryRecords<string>(systemClock);

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
      model: "imagineart/imagineart-1.5-pro-preview/text-to-image",
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
      pictures: options.pictures?.(directory) ?? pictures,
      adapters: [adapter],
      commands,
      home,
      clock: systemClock,
      telemetry,
      settings: { concurrency: options.concurrency, deadlineMs: 300_000, quietWindowMs: 5_000 },
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
      await rm(directory, { recursive: true, force: true });
    },
  };
}
