import { join } from "node:path";
import Fastify from "fastify";
import { z } from "zod";
import { createDiscordAdapter } from "../../adapters/discord/adapter.ts";
import type { DiscordTimeouts } from "../../adapters/discord/transport.ts";
import { createPlaygroundAdapter } from "../../adapters/playground/adapter.ts";
import { type PlaygroundMessage, playgroundMessageSchema } from "../../adapters/playground/messages.ts";
import { createSlackAdapter } from "../../adapters/slack/adapter.ts";
import { commands } from "../../commands/index.ts";
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
import { type Books, watchedLedger } from "./books.ts";
import { createMortal, type Line, type Mortal, openLine } from "./mortal.ts";
import type { Outside } from "./outside.ts";
import { within } from "./place.ts";
import { PLATFORMS, type PlatformName } from "./plan.ts";

/** One life of the bot: the whole product but for its main file. */
export interface Bot {
  /** Aborted when it is killed. */
  readonly signal: AbortSignal;
  counts(): { readonly waiting: number; readonly running: number };
  openJobs(): Promise<readonly Job[]>;
  allJobs(): Promise<readonly Job[]>;
  /** Platforms where a moderator keeps somebody, or everybody, from asking for pictures. */
  stopped(): Promise<ReadonlySet<string>>;
  books(): Promise<Pick<Books, "total" | "pending">>;
  /** As SIGTERM. */
  stop(): Promise<void>;
  /** As kill -9. */
  kill(): Promise<void>;
}

export interface BotOptions {
  /** The playground is always there. @default all of them */
  readonly platforms?: readonly PlatformName[];
  /** `memory`: the store ends with this life. @default "file" */
  readonly storage?: "file" | "memory";
  /** Where somebody is reached, where that is not the place itself: origins. */
  readonly ways?: { readonly fal?: string; readonly discord?: string; readonly slack?: string };
  /** How long the bot waits for answers, true ms. */
  readonly patience?: {
    readonly discord?: DiscordTimeouts;
    readonly slackMs?: number;
    /** For a download's next byte. */
    readonly mediaMs?: number;
    /** For a status stream's. */
    readonly streamMs?: number;
  };
}

const MODEL = "imagineart/imagineart-1.5-pro-preview/text-to-image";
const ALL = 1_000_000;
/** How long the parts of a killed bot may take to let go of this process's resources, ms. */
const BURIAL_MS = 3000;

/** Far more than a tiny picture has. */
const MOST_PICTURE_BYTES = 4 * 2 ** 20;

export async function bootBot(
  outside: Outside,
  telemetry: (happening: Happening) => void,
  { platforms = PLATFORMS, storage: kept = "file", ways = {}, patience = {} }: BotOptions = {},
): Promise<Bot> {
  const falUrl = ways.fal ?? outside.falUrl;
  const mortal = createMortal();
  const clock = mortal.clock(outside.clock);
  const storage = openStorage({
    url: kept === "memory" ? "sqlite::memory:" : `sqlite:${join(outside.directory, "bot.sqlite")}`,
    clock: outside.clock,
    onUnreadable: (key) => telemetry({ type: "fault", where: "unreadable", jobId: key, error: null }),
  });
  const chat = storage.records("playground", playgroundMessageSchema);
  outside.playground.read = async () => (await chat.all()).map(([, message]) => message);

  const backend = createFalBackend({
    credentials: "a:b",
    model: MODEL,
    urls: { queue: falUrl, rest: falUrl, platform: falUrl },
    clock,
    telemetry,
    timeouts: { callMs: 20_000, silenceMs: patience.streamMs ?? 800 },
  });
  const pictures = createPictures({
    directory: join(outside.directory, "pictures"),
    allowedHosts: [new URL(falUrl).host],
    maxBytes: MOST_PICTURE_BYTES,
    clock: outside.clock,
    timeoutMs: 2 * (patience.mediaMs ?? 700),
    stallMs: patience.mediaMs ?? 700,
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
  const lines: Line[] = [];
  const wayTo = async (origin: string): Promise<string> => {
    const line = await openLine(Number(new URL(origin).port));
    lines.push(line);
    return line.origin;
  };
  const openDiscord = async () =>
    createDiscordAdapter({
      token: outside.discord.discord.token,
      apiUrl: `${await wayTo(ways.discord ?? outside.discord.discord.apiUrl)}/api`,
      guildId: null,
      commands,
      clock: outside.trueClock,
      telemetry,
      log: () => {},
      ...(patience.discord && { timeouts: patience.discord }),
    });
  const openSlack = async () =>
    createSlackAdapter({
      botToken: BOT_TOKEN,
      appToken: null,
      signingSecret: SIGNING_SECRET,
      apiUrl: `${await wayTo(ways.slack ?? outside.slack.slack.origin)}/api/`,
      commands,
      clock,
      telemetry,
      log: { info: () => {}, warn: () => {} },
      timeoutMs: patience.slackMs ?? 2000,
    });
  const slack = platforms.includes("slack") ? await openSlack() : null;
  const discord = platforms.includes("discord") ? await openDiscord() : null;
  const adapters = [playground, discord, slack].filter((adapter) => adapter !== null);

  const owner = ownerOptions(storage, outside.owner);
  const ledger = watchedLedger(owner.ledger, outside.ledgerWatch, clock.now);
  const core = createCore({
    store: mortal.bind(watched(storage.jobs, outside)),
    presses: mortal.bind(guarded(storage.records("presses", z.string()), outside)),
    queue: createRoundRobinQueue({
      clock,
      onFault: (jobId, error) => telemetry({ type: "fault", where: "queue", jobId, error }),
    }),
    backend: mortal.bind(backend),
    pictures: mortal.bind(counted(pictures, pending)),
    adapters: adapters.map((adapter) => mortalAdapter(adapter, mortal)),
    commands,
    home,
    clock,
    telemetry,
    settings: { concurrency: 8, deadlineMs: 40_000, quietWindowMs: 10_000 },
    owner: {
      ...owner,
      ledger: mortal.bind(guarded(ledger, outside)),
      workspaces: mortal.bind(guarded(owner.workspaces, outside)),
      blocks: mortal.bind(guarded(owner.blocks, outside)),
    },
  });
  const server = Fastify();
  await server.register(playground.plugin);
  await server.ready();
  await core.start();
  for (const adapter of adapters)
    await adapter.start((event) => (mortal.signal.aborted ? new Promise(() => {}) : core.sink(event)));
  const mount = slack?.httpHandler ? await mountHttp(slack.httpHandler) : null;
  if (mount !== null) outside.slack.slack.requestUrl = `${mount.origin}/slack/events`;
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
    if (mount !== null) outside.slack.slack.requestUrl = "";
  }

  return {
    signal: mortal.signal,
    counts: core.counts,
    openJobs: () => storage.jobs.open(),
    allJobs: () => storage.jobs.history(null, ALL),
    async stopped() {
      const paused = (await owner.workspaces.all()).filter(([, { pause }]) => pause !== null);
      const blocked = await owner.blocks.all();
      return new Set([...paused, ...blocked].map(([key]) => decodeURIComponent(key).split("/")[0] ?? ""));
    },
    async books() {
      const days = await storage.ledger.days({ type: "bot" }, 0);
      const pending = await storage.ledger.pending();
      return {
        total: days.reduce((sum, { microUsd }) => sum + microUsd, 0),
        pending: pending.map(({ take }) => take),
      };
    },
    async stop() {
      await core.stop();
      await Promise.all(adapters.map((adapter) => adapter.stop()));
      closeDoors();
      await Promise.all([server.close(), mount?.close(), ...lines.map((line) => line.cut())]);
      await backend.close();
      await pictures.close();
      await storage.close();
    },
    async kill() {
      mortal.end();
      closeDoors();
      await Promise.all(lines.map((line) => line.cut()));
      await Promise.all([mount?.close(), backend.close(), pictures.close()]);
      // What it had begun on the disk ends before the next one looks there, as the kernel would see to.
      await within(Promise.allSettled(pending), BURIAL_MS);
      await storage.close();
      // The next life does not wait for the farewells of this one, which nobody hears.
      outside.buried.push(Promise.allSettled([...adapters.map((adapter) => adapter.stop()), server.close()]));
    },
  };
}

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
