import { readdir } from "node:fs/promises";
import { join } from "node:path";
import Fastify from "fastify";
import { z } from "zod";
import { createDiscordAdapter } from "../../adapters/discord/adapter.ts";
import { createPlaygroundAdapter } from "../../adapters/playground/adapter.ts";
import { type PlaygroundMessage, playgroundMessageSchema } from "../../adapters/playground/messages.ts";
import { createSlackAdapter } from "../../adapters/slack/adapter.ts";
import { commands } from "../../commands/index.ts";
import { systemClock } from "../../src/core/clock.ts";
import { createCore } from "../../src/core/core.ts";
import type { Job } from "../../src/core/model.ts";
import type { JobStore, Pictures, PlatformAdapter, Records } from "../../src/core/ports.ts";
import type { Happening } from "../../src/core/telemetry.ts";
import { BotError } from "../../src/errors.ts";
import { createFalBackend } from "../../src/fal/backend.ts";
import { home } from "../../src/home.ts";
import { createPictures } from "../../src/pictures/pictures.ts";
import { createRoundRobinQueue } from "../../src/queue/round-robin.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { ownerOptions } from "../support/owner.ts";
import { mountHttp } from "../support/slack/mount.ts";
import { BOT_TOKEN, SIGNING_SECRET } from "../support/slack/state.ts";
import { createMortal, type Mortal, openLine } from "./mortal.ts";
import type { Outside } from "./outside.ts";
import { within } from "./place.ts";

/** One life of the bot: the whole product but for its main file. */
export interface Bot {
  /** Aborted when it is killed. */
  readonly signal: AbortSignal;
  counts(): { readonly waiting: number; readonly running: number };
  openJobs(): Promise<readonly Job[]>;
  allJobs(): Promise<readonly Job[]>;
  /** As SIGTERM. */
  stop(): Promise<void>;
  /** As kill -9. */
  kill(): Promise<void>;
}

const MODEL = "imagineart/imagineart-1.5-pro-preview/text-to-image";
const ALL = 1_000_000;
/** How long the parts of a killed bot may take to let go of this process's resources, ms. */
const BURIAL_MS = 3000;

export async function bootBot(outside: Outside, telemetry: (happening: Happening) => void): Promise<Bot> {
  const mortal = createMortal();
  const clock = mortal.clock(outside.clock);
  const storage = openStorage({
    url: `sqlite:${join(outside.directory, "bot.sqlite")}`,
    clock: outside.clock,
    onUnreadable: (key) => telemetry({ type: "fault", where: "unreadable", jobId: key, error: null }),
  });
  const chat = storage.records("playground", playgroundMessageSchema);
  outside.playground.read = async () => (await chat.all()).map(([, message]) => message);

  const backend = createFalBackend({
    credentials: "a:b",
    model: MODEL,
    urls: { queue: outside.falUrl, rest: outside.falUrl, platform: outside.falUrl },
    clock,
    telemetry,
    timeouts: { callMs: 20_000, silenceMs: 800 },
  });
  const pictures = createPictures({
    directory: join(outside.directory, "pictures"),
    allowedHosts: [new URL(outside.falUrl).host],
    clock: outside.clock,
    timeoutMs: 1500,
    stallMs: 600,
  });
  await pictures.sweep();
  const pending = new Set<Promise<unknown>>();

  const playground = createPlaygroundAdapter({
    records: { messages: mortal.bind(faulty(chat, outside)) },
    picturesDirectory: join(outside.directory, "shelf"),
    commands,
    badge: { label: "Simulator", tone: "simulated" },
    clock,
    telemetry,
    // Nobody looks at the page here.
    pageDirectory: outside.directory,
    keptMessages: 100_000,
  });
  const toDiscord = await openLine(Number(new URL(outside.discord.discord.apiUrl).port));
  const discord = createDiscordAdapter({
    token: outside.discord.discord.token,
    apiUrl: `${toDiscord.origin}/api`,
    guildId: null,
    commands,
    clock: systemClock,
    telemetry,
    log: () => {},
  });
  const toSlack = await openLine(Number(new URL(outside.slack.slack.origin).port));
  const slack = createSlackAdapter({
    botToken: BOT_TOKEN,
    appToken: null,
    signingSecret: SIGNING_SECRET,
    apiUrl: `${toSlack.origin}/api/`,
    commands,
    clock,
    telemetry,
    log: { info: () => {}, warn: () => {} },
    timeoutMs: 2000,
  });
  if (slack.httpHandler === null) throw new Error("Slack comes over HTTP here");

  const owner = ownerOptions(storage);
  const core = createCore({
    store: mortal.bind(watched(storage.jobs, outside)),
    presses: mortal.bind(guarded(storage.records("presses", z.string()), outside)),
    queue: createRoundRobinQueue({
      clock,
      onFault: (jobId, error) => telemetry({ type: "fault", where: "queue", jobId, error }),
    }),
    backend: mortal.bind(backend),
    pictures: mortal.bind(counted(pictures, pending)),
    adapters: [playground, discord, slack].map((adapter) => mortalAdapter(adapter, mortal)),
    commands,
    home,
    clock,
    telemetry,
    settings: { concurrency: 8, deadlineMs: 40_000, quietWindowMs: 10_000 },
    owner: {
      ...owner,
      ledger: mortal.bind(guarded(owner.ledger, outside)),
      workspaces: mortal.bind(guarded(owner.workspaces, outside)),
      blocks: mortal.bind(guarded(owner.blocks, outside)),
    },
  });
  const server = Fastify();
  await server.register(playground.plugin);
  await server.ready();
  await core.start();
  for (const adapter of [playground, discord, slack])
    await adapter.start((event) => (mortal.signal.aborted ? new Promise(() => {}) : core.sink(event)));
  const mount = await mountHttp(slack.httpHandler);
  outside.slack.slack.requestUrl = `${mount.origin}/slack/events`;
  outside.playground.post = (path, body) => {
    const answer = server
      .inject({ method: "POST", url: path, payload: body })
      .then((response) => response.json());
    return new Promise((resolve) => {
      void within(answer, 10_000, mortal.signal).then(() => resolve(mortal.signal.aborted ? null : answer));
    });
  };

  function closeDoors(): void {
    outside.playground.post = null;
    outside.slack.slack.requestUrl = "";
  }

  return {
    signal: mortal.signal,
    counts: core.counts,
    openJobs: () => storage.jobs.open(),
    allJobs: () => storage.jobs.history(null, ALL),
    async stop() {
      await core.stop();
      await Promise.all([playground.stop(), discord.stop(), slack.stop()]);
      closeDoors();
      await Promise.all([server.close(), mount.close(), toDiscord.cut(), toSlack.cut()]);
      await backend.close();
      await pictures.close();
      await storage.close();
    },
    async kill() {
      mortal.end();
      closeDoors();
      await Promise.all([toDiscord.cut(), toSlack.cut(), mount.close(), backend.close(), pictures.close()]);
      // What it had begun on the disk ends before the next one looks there, as the kernel would see to.
      await within(Promise.allSettled(pending), BURIAL_MS);
      await storage.close();
      // The next life does not wait for the farewells of this one, which nobody hears.
      outside.buried.push(
        Promise.allSettled([playground.stop(), discord.stop(), slack.stop(), server.close()]),
      );
    },
  };
}

/** Files the playground keeps; to see that it keeps no more than its messages show. */
export const shelfOf = (outside: Outside) => readdir(join(outside.directory, "shelf")).catch(() => []);

function mortalAdapter(adapter: PlatformAdapter, mortal: Mortal): PlatformAdapter {
  return {
    name: adapter.name,
    limits: adapter.limits,
    start: (sink) => adapter.start(sink),
    stop: () => adapter.stop(),
    connected: () => adapter.connected(),
    isId: (kind, text) => adapter.isId(kind, text),
    channelRef: (workspace, channel) => adapter.channelRef(workspace, channel),
    linkTo: (messageKey) => adapter.linkTo(messageKey),
    openReply: (ref, keep) => mortal.bind(adapter.openReply(ref, keep)),
  };
}

const broken = () => new BotError("The store is down.", { code: "store" });

/** Fails while the store is down. */
function guarded<T extends object>(target: T, outside: Outside): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        outside.store === "down" ? Promise.reject(broken()) : Reflect.apply(value, object, args);
    },
  });
}

/** The same, and keeps an eye on what is stored. */
function watched(jobs: JobStore, outside: Outside): JobStore {
  const { mirror } = outside;
  return guarded<JobStore>(
    {
      ...jobs,
      async insert(job) {
        const isNew = await jobs.insert(job);
        if (isNew) mirror.set(job.id, job);
        return isNew;
      },
      async save(job) {
        await jobs.save(job);
        mirror.set(job.id, job);
      },
    },
    outside,
  );
}

/** The playground's chat, whose writes may go wrong. */
function faulty(chat: Records<PlaygroundMessage>, outside: Outside): Records<PlaygroundMessage> {
  const write = async <T>(act: () => Promise<T>): Promise<T> => {
    const fault = outside.playground.faults.shift();
    if (fault === undefined) return act();
    if (fault === "reset-after") await act();
    throw broken();
  };
  return {
    ...chat,
    set: (...args) => write(() => chat.set(...args)),
    insert: (...args) => write(() => chat.insert(...args)),
    remove: (...args) => write(() => chat.remove(...args)),
  };
}

function counted(pictures: Pictures, pending: Set<Promise<unknown>>): Pictures {
  const count = <T>(work: Promise<T>): Promise<T> => {
    const counted = work.then(
      () => undefined,
      () => undefined,
    );
    pending.add(counted);
    void counted.then(() => pending.delete(counted));
    return work;
  };
  return {
    fetch: (...args) => count(pictures.fetch(...args)),
    fit: (...args) => count(pictures.fit(...args)),
    discard: (...args) => count(pictures.discard(...args)),
  };
}
