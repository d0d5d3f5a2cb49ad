import { readFileSync } from "node:fs";
import { join } from "node:path";
import { config as loadDotenv } from "dotenv";
import { z } from "zod";
import { commands } from "../commands/index.ts";
import { createApp, handleSignals } from "./app.ts";
import { type Config, readConfig } from "./config.ts";
import { compileBlocklist, readEntry } from "./core/blocklist/blocklist.ts";
import { systemClock } from "./core/clock.ts";
import { createCore } from "./core/core.ts";
import { formatUsd } from "./core/money.ts";
import { blocksRecord, settingsRecord } from "./core/policy/records.ts";
import type { PlatformAdapter } from "./core/ports.ts";
import { createPriceTag } from "./core/price-tag.ts";
import type { Happening, Telemetry } from "./core/telemetry.ts";
import { envFileOf } from "./doctor/env-file.ts";
import { localChecks } from "./doctor/local-checks.ts";
import { logShortForm } from "./doctor/short-form.ts";
import { BotError } from "./errors.ts";
import { createFalBackend } from "./fal/backend.ts";
import { readPrice } from "./fal/price.ts";
import { home } from "./home.ts";
import { createLog, type Log } from "./log.ts";
import { createPictures } from "./pictures/pictures.ts";
import { createRoundRobinQueue } from "./queue/round-robin.ts";
import { isLoopback } from "./settings.ts";
import { folderOf } from "./storage/place.ts";
import { openStorage, type Storage } from "./storage/storage.ts";
import { createAdmin } from "./web/admin/admin.ts";
import { createMetrics } from "./web/metrics.ts";
import { createWebServer, type Mount } from "./web/server.ts";

/** Longest wait for fal's price, ms. */
const PRICE_MS = 8_000;
/** How long running work may take to be handed back on SIGTERM, ms. */
const GRACE_MS = 9_000;

interface Platforms {
  readonly adapters: readonly PlatformAdapter[];
  readonly mounts: readonly Mount[];
}

/** What every adapter gets. */
interface Surroundings {
  readonly clock: typeof systemClock;
  readonly telemetry: Telemetry;
  readonly commands: typeof commands;
  readonly log: (level: "debug" | "info" | "warn" | "error", context: object, message: string) => void;
  readonly logger: Log;
}

async function run(): Promise<void> {
  const file = envFileOf(loadDotenv({ quiet: true }));
  const config = readConfig(process.env);
  const log = createLog({
    level: config.log.level,
    format: config.log.format ?? (process.stdout.isTTY ? "pretty" : "json"),
  });
  const writeLog: Surroundings["log"] = (level, context, message) => log[level](context, message);
  const clock = systemClock;

  // Metrics ask the core for its counts, and the core reports to the metrics: the core is looked up when asked.
  const metrics = createMetrics({ counts: () => core.counts() });
  const telemetry: Telemetry = (happening) => {
    metrics.telemetry(happening);
    logHappening(log, happening);
  };

  const storage = openStorage({
    url: config.databaseUrl,
    clock,
    onUnreadable: (record, err) => log.error({ record, err }, "A record cannot be read and was set aside"),
  });
  log.info(`Storage: ${config.databaseUrl}, this process alone`);

  const painter = await openPainter(config, log);
  const pictures = createPictures({
    directory: config.directories.pictures,
    allowedHosts: painter.mediaHosts,
    clock,
  });
  await pictures.sweep();
  const backend = createFalBackend({
    credentials: painter.credentials,
    model: config.fal.model,
    urls: painter.urls,
    clock,
    telemetry,
  });

  const price = createPriceTag({
    read: async (signal) => {
      const { credentials, urls } = painter;
      const { model } = config.fal;
      const found = await readPrice({ credentials, urls, model, clock, telemetry, callMs: PRICE_MS, signal });
      // Another unit than a picture cannot be reckoned in advance: the owner's own figure stands for it.
      return found.type === "price" && found.unit === "image" ? found.microUsd : null;
    },
    fallback: config.owner.price,
    clock,
    onChange: (microUsd) => log.info(`Price: ${formatUsd(microUsd)} a picture, as fal tells`),
  });

  const surroundings: Surroundings = { clock, telemetry, commands, log: writeLog, logger: log };
  const stopForGood = (error: BotError): void => {
    // A platform shut the bot out while it ran: going on would only look alive.
    complain(error);
    void app.stop().then(() => process.exit(1));
  };
  const { adapters, mounts } = await openPlatforms(config, storage, surroundings, stopForGood);
  const core = createCore({
    store: storage.jobs,
    presses: storage.records("presses", z.string()),
    queue: createRoundRobinQueue({
      clock,
      onFault: (jobId, error) => telemetry({ type: "fault", where: "queue", jobId, error }),
    }),
    backend,
    pictures,
    adapters,
    commands,
    home,
    clock,
    telemetry,
    settings: { concurrency: config.fal.concurrency, ...config.jobs },
    owner: {
      ...config.owner,
      ledger: storage.ledger,
      workspaces: storage.records("workspaces", settingsRecord),
      blocks: storage.records("blocks", blocksRecord),
      blocklist: readBlocklist(config.owner.blocklistFile),
      compileBlocklist,
      readEntry,
      price: price.now,
    },
  });
  const platforms = () => Object.fromEntries(adapters.map((adapter) => [adapter.name, adapter.connected()]));
  const admin = createAdmin({
    store: storage.jobs,
    ledger: storage.ledger,
    ceilings: config.owner.botCeilings,
    ceilingsOf: async (workspace) => {
      const { dayMicroUsd, monthMicroUsd } = await core.policyOf(workspace);
      return { day: dayMicroUsd, month: monthMicroUsd };
    },
    line: () => ({ ...core.counts(), atOnce: config.fal.concurrency, isPaused: core.isPaused() }),
    platforms,
    linkTo: (platform, key) => adapters.find(({ name }) => name === platform)?.linkTo(key) ?? null,
    clock,
    onFault: (error) => telemetry({ type: "fault", where: "dashboard", jobId: null, error }),
  });
  const web = createWebServer({
    ...config.web,
    loopback: isLoopback(config.web.host),
    metrics,
    platforms,
    mounts: [...mounts, { exposure: "token", prefix: "/admin", plugin: admin }],
  });
  const app = createApp({
    core,
    adapters,
    web,
    closables: [
      { name: "The price", close: () => price.stop() },
      { name: "The fal backend", close: () => backend.close() },
      { name: "The pictures", close: () => pictures.close() },
      { name: "The simulator", close: painter.close },
      { name: "The storage", close: () => storage.close() },
    ],
    log: writeLog,
    graceMs: GRACE_MS,
  });
  handleSignals(() => app.stop(), writeLog);
  // A platform's SDK may let a promise fall on a broken connection; the records make going on safe.
  process.on("unhandledRejection", (error) =>
    telemetry({ type: "fault", where: "unhandled", jobId: null, error }),
  );

  try {
    price.start();
    const address = await app.start();
    log.info(config.playground ? `Playground: open ${address}` : `Web: ${address} (health and metrics)`);
    const isClosed = config.web.token === null;
    log.info(isClosed ? "Dashboard: closed until WEB_TOKEN is set" : `Dashboard: ${address}/admin`);
  } catch (error) {
    await app.stop();
    throw error;
  }
  // The bot is at work by now: nobody waits for this.
  void logShortForm({
    checks: localChecks({
      env: process.env,
      file,
      nodeVersion: process.versions.node,
      config,
      databaseFolder: folderOf(config.databaseUrl),
    }),
    clock,
    log: writeLog,
  });
}

interface Painter {
  readonly credentials: string;
  readonly urls: Config["fal"]["urls"];
  readonly mediaHosts: readonly string[];
  readonly close: () => Promise<void>;
}

/** fal, or the simulator speaking its protocol: one code path, two origins. */
async function openPainter(config: Config, log: Log): Promise<Painter> {
  const { credentials, urls, mediaHosts, simulated, concurrency } = config.fal;
  if (!simulated) {
    log.info(`Pictures: ${config.fal.model} at ${new URL(urls.queue).host}, ${concurrency} at once`);
    return { credentials: credentials ?? "none:none", urls, mediaHosts, close: async () => {} };
  }
  const { startEmbeddedSimulator } = await import("./simulator/embedded.ts");
  const dataDir = config.directories.simulator;
  const { simulator, url } = await startEmbeddedSimulator({
    dataDir,
    durationMs: config.simulatorMs,
    concurrency,
  }).catch((cause: unknown) => {
    throw new BotError("The simulator cannot keep its requests on this machine's disk.", {
      code: "config",
      context: { dataDir },
      cause,
      remedy: `Let this user write in ${dataDir}, or name another folder with DATA_DIRECTORY.`,
    });
  });
  log.info(`Pictures: the simulator at ${url}, because FAL_KEY is not set`);
  return {
    credentials: "simulated:simulated",
    urls: { queue: url, rest: url, platform: url },
    mediaHosts: [new URL(url).host],
    close: () => simulator.stop(),
  };
}

/** The configured platforms; a platform's SDK is loaded only when it is used. */
async function openPlatforms(
  config: Config,
  storage: Storage,
  surroundings: Surroundings,
  onFatal: (error: BotError) => void,
): Promise<Platforms> {
  const adapters: PlatformAdapter[] = [];
  const mounts: Mount[] = [];
  if (config.playground) {
    const { createPlaygroundAdapter } = await import("../adapters/playground/adapter.ts");
    const { playgroundMessageSchema } = await import("../adapters/playground/messages.ts");
    const playground = createPlaygroundAdapter({
      ...surroundings,
      records: { messages: storage.records("playground", playgroundMessageSchema) },
      picturesDirectory: join(config.directories.playground, "pictures"),
      badge: config.fal.simulated
        ? { label: "Simulator", tone: "simulated" }
        : { label: "fal · live", tone: "live" },
    });
    adapters.push(playground);
    mounts.push({ exposure: "local", prefix: "/", plugin: playground.plugin });
  }
  if (config.discord !== null) {
    const { createDiscordAdapter } = await import("../adapters/discord/adapter.ts");
    adapters.push(createDiscordAdapter({ ...surroundings, ...config.discord, onFatal }));
  }
  if (config.slack !== null) {
    const { createSlackAdapter } = await import("../adapters/slack/adapter.ts");
    const slack = createSlackAdapter({ ...surroundings, ...config.slack, log: surroundings.logger });
    adapters.push(slack);
    if (slack.httpHandler !== null)
      mounts.push({ exposure: "signed", path: "/slack/events", listener: slack.httpHandler });
  }
  return { adapters, mounts };
}

function logHappening(log: Log, happening: Happening): void {
  const { type, ...rest } = happening;
  switch (happening.type) {
    case "fault":
      log.warn(
        { where: happening.where, jobId: happening.jobId, err: happening.error },
        "Something went wrong",
      );
      break;
    case "breaker":
      if (happening.state === "closed") log.info("fal takes our requests again: the line goes on");
      else
        log.error(
          {
            remedy:
              "Check the key and the balance of the account at fal, and FAL_MODEL. Nothing that waits is lost.",
          },
          "fal refuses the account: the line is paused, and one request a minute tries again",
        );
      break;
    case "alert":
      log.error(rest, "The owner was told of something only the owner can mend");
      break;
    case "job-accepted":
      log.info(rest, "Job accepted");
      break;
    case "job-finished":
      log.info(rest, `Job ${happening.outcome}`);
      break;
    default:
      log.debug(rest, type);
  }
}

/** The entries of the owner's own file. @throws BotError `config` when it cannot be read, or an entry means nothing. */
function readBlocklist(path: string | null): readonly string[] {
  if (path === null) return [];
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new BotError(`BLOCKLIST_FILE: ${path} cannot be read.`, {
      code: "config",
      cause,
      remedy: "Name a text file with one word, phrase or /pattern/ a line.",
    });
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const problems: string[] = [];
  const entries = lines.flatMap((line, index) => {
    if (line === "" || line.startsWith("#")) return [];
    const entry = readEntry(line);
    if (entry.ok) return [entry.canonical];
    problems.push(`BLOCKLIST_FILE, line ${index + 1}: ${entry.problem}`);
    return [];
  });
  if (problems.length > 0)
    throw new BotError(problems.join("\n"), { code: "config", remedy: `Mend ${path}.` });
  return entries;
}

/** The owner's own words for it: no stack, one line for each problem. */
function complain(error: BotError): void {
  process.stderr.write(`${error.message}\n${error.remedy === null ? "" : `${error.remedy}\n`}`);
}

try {
  await run();
} catch (error) {
  if (!(error instanceof BotError)) throw error;
  complain(error);
  process.exit(1);
}
