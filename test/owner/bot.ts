import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { z } from "zod";
import { createDiscordAdapter } from "../../adapters/discord/adapter.ts";
import { createPlaygroundAdapter } from "../../adapters/playground/adapter.ts";
import { playgroundMessageSchema } from "../../adapters/playground/messages.ts";
import { createSlackAdapter } from "../../adapters/slack/adapter.ts";
import { commands } from "../../commands/index.ts";
import { readConfig } from "../../src/config.ts";
import { compileBlocklist, readEntry } from "../../src/core/blocklist/blocklist.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { createCore } from "../../src/core/core.ts";
import type { InboundEvent } from "../../src/core/events.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { PlatformAdapter } from "../../src/core/ports.ts";
import { createFalBackend } from "../../src/fal/backend.ts";
import { home } from "../../src/home.ts";
import { createPictures } from "../../src/pictures/pictures.ts";
import { createRoundRobinQueue } from "../../src/queue/round-robin.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { ownerOptions } from "../support/owner.ts";
import { createTurningClock } from "../support/turning-clock.ts";

/** The whole bot in this process, on the platforms its variables lead to, over real sockets. */
export interface Bot {
  /** Where the playground is served. */
  readonly url: string;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Resolves when one thing more that somebody did was dealt with. */
  handled(): Promise<void>;
  stop(): Promise<void>;
}

export interface BotOptions {
  /** As the product reads them. */
  readonly environment: Readonly<Record<string, string>>;
  /** @default hurriedClock() */
  readonly clock?: Clock;
  /** Stands between the bot and its ledger. */
  readonly watchLedger?: (ledger: Ledger, clock: Clock) => Ledger;
}

/** The bot's time runs so many times as fast, so that nobody sits through its pauses; slower on a busy machine. */
const HURRY = 40;
export const hurriedClock = (): Clock => createTurningClock(HURRY);

export async function bootBot(options: BotOptions): Promise<Bot> {
  const { environment, clock = hurriedClock(), watchLedger = (ledger) => ledger } = options;
  const config = readConfig(environment);
  const directory = await mkdtemp(join(tmpdir(), "owner-"));
  const telemetry = () => {};
  const log = () => {};
  const storage = openStorage({ url: "sqlite::memory:", clock, onUnreadable: log });
  const backend = createFalBackend({
    credentials: "a:b",
    model: config.fal.model,
    urls: config.fal.urls,
    clock,
    telemetry,
    // Twenty true seconds each: the first is measured by the bot's clock.
    timeouts: { callMs: 20_000 * HURRY, silenceMs: 20_000 },
  });
  const pictures = createPictures({
    directory: join(directory, "pictures"),
    allowedHosts: config.fal.mediaHosts,
    clock,
  });

  const server = Fastify({ forceCloseConnections: true });
  const adapters: PlatformAdapter[] = [];
  if (config.playground) {
    const playground = createPlaygroundAdapter({
      records: { messages: storage.records("playground", playgroundMessageSchema) },
      picturesDirectory: join(directory, "shelf"),
      commands,
      badge: { label: "Simulator", tone: "simulated" },
      clock,
      telemetry,
      // Nobody looks at the page here.
      pageDirectory: directory,
      keptMessages: 10_000,
    });
    await server.register(playground.plugin);
    adapters.push(playground);
  }
  // Discord's three seconds cannot be hurried.
  if (config.discord !== null)
    adapters.push(createDiscordAdapter({ ...config.discord, commands, clock: systemClock, telemetry, log }));
  if (config.slack !== null)
    adapters.push(
      createSlackAdapter({ ...config.slack, commands, clock, telemetry, log: { info: log, warn: log } }),
    );
  const url = await server.listen({ host: "127.0.0.1", port: 0 });

  const core = createCore({
    store: storage.jobs,
    presses: storage.records("presses", z.string()),
    queue: createRoundRobinQueue({ clock, onFault: log }),
    backend,
    pictures,
    adapters,
    commands,
    home,
    clock,
    telemetry,
    settings: { concurrency: config.fal.concurrency, ...config.jobs },
    owner: {
      ...ownerOptions(storage),
      ...config.owner,
      ledger: watchLedger(storage.ledger, clock),
      compileBlocklist,
      readEntry,
      price: () => config.owner.price,
    },
  });
  const watchers = new Set<() => void>();
  const sink = async (event: InboundEvent) => {
    await core.sink(event);
    for (const watcher of watchers) watcher();
    watchers.clear();
  };
  await core.start();
  await Promise.all(adapters.map((adapter) => adapter.start(sink)));

  return {
    url,
    storage,
    clock,
    handled: () => new Promise((resolve) => watchers.add(resolve)),
    async stop() {
      await core.stop();
      await Promise.all(adapters.map((adapter) => adapter.stop()));
      await server.close();
      await backend.close();
      await pictures.close();
      await storage.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
