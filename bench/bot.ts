import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { SETTINGS } from "../src/settings.ts";
import { freePort, ROOT } from "./place.ts";
import { type Program, startProgram } from "./program.ts";

/** The bot as people run it, in a process of its own. */
export interface Bot {
  readonly url: string;
  /** The process that was started; under `npm` the bot is a descendant of it. */
  readonly pid: number;
  /** From the start of the process to the first 200 of `/healthz`, ms. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export interface BotOptions {
  /** Its database and files; a new folder is a new bot. */
  readonly folder: string;
  /** Where fal is; null: it brings its own simulator, as with nothing configured. */
  readonly falUrl: string | null;
  /** Takes at fal at once. */
  readonly concurrency: number;
  readonly by: "node" | "npm start";
  /** Where Discord is, instead of the playground; left out: the playground alone. */
  readonly discord?: { readonly apiUrl: string; readonly token: string };
  readonly signal: AbortSignal;
}

const ASK_EVERY_MS = 10;
const LONGEST_START_MS = 60_000;

/** Starts the bot with one platform; resolves when it is healthy. @throws when it ends instead. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = environment(options, new URL(url).port);
  const [command, args] = options.by === "node" ? [process.execPath, await startArgs()] : ["npm", ["start"]];
  const began = performance.now();
  const program = startProgram({ command, args, cwd: ROOT, env });
  try {
    await Promise.race([healthy(url, options.signal), endedTooSoon(program)]);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { url, pid: program.pid, readyMs: performance.now() - began, stop: program.stop };
}

const packageSchema = z.object({ scripts: z.object({ start: z.string().regex(/^node \S/) }) });

/** What `npm start` gives to node, flags included. */
async function startArgs(): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "package.json"), "utf8");
  return packageSchema.parse(JSON.parse(text)).scripts.start.split(" ").slice(1);
}

/** Every setting is given, if only as empty: neither this shell nor an `.env` file has a say. */
function environment(options: BotOptions, port: string): Readonly<Record<string, string>> {
  const { folder, falUrl, concurrency, discord } = options;
  const fal: Readonly<Record<string, string>> =
    falUrl === null
      ? {}
      : {
          FAL_QUEUE_URL: falUrl,
          FAL_REST_URL: falUrl,
          FAL_PLATFORM_URL: falUrl,
          FAL_MEDIA_HOSTS: new URL(falUrl).host,
        };
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    ...Object.fromEntries(SETTINGS.map(({ name }) => [name, ""])),
    ...fal,
    ...(discord === undefined ? {} : { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl }),
    FAL_CONCURRENCY: String(concurrency),
    DATABASE_URL: `sqlite:${join(folder, "bench.sqlite")}`,
    DATA_DIRECTORY: folder,
    PLAYGROUND: discord === undefined ? "on" : "off",
    PORT: port,
    LIMIT_WAITING: "off",
    LIMIT_WAITING_HERE: "off",
    LOG_LEVEL: "warn",
    LOG_FORMAT: "json",
  };
}

async function healthy(url: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + LONGEST_START_MS;
  for (;;) {
    const answer = await fetch(`${url}/healthz`, { signal }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    if (performance.now() > until) throw new Error("The bot did not become healthy within a minute");
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
}

async function endedTooSoon(program: Program): Promise<never> {
  throw new Error(`The bot could not start. ${await program.ended}`);
}
