import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { pause, until } from "./place.ts";

/** What a process holds when nothing is going on, after two collections. */
export interface Held {
  readonly heapMb: number;
  /** The heap without the code that V8 compiles, for hours, of whatever goes on being used. */
  readonly dataMb: number;
  readonly residentMb: number;
  /** Memory outside the heap: buffers. */
  readonly buffersMb: number;
  readonly openFiles: number;
  /** `process.getActiveResourcesInfo()`: how many of each kind. */
  readonly active: Readonly<Record<string, number>>;
}

/** The built product, whose log is counted, and which tells what it holds. */
export interface SoakProduct {
  readonly url: string;
  readonly directory: string;
  /** Jobs accepted and jobs ended so far, in all and by their ends. */
  counts(): { readonly accepted: number; readonly ended: number; readonly ends: ReadonlyMap<string, number> };
  /** Lines of the log that tell of trouble nobody planned. */
  complaints(): readonly string[];
  held(): Promise<Held>;
  /** Writes a heap snapshot into the file. */
  snapshot(file: string): Promise<void>;
  stop(): Promise<number | null>;
}

/** Runs in the product before it starts; its channel keeps nothing alive. A message is "tell", or a file for a snapshot. */
const PROBE = `
import { readdirSync } from "node:fs";
import { getHeapCodeStatistics, writeHeapSnapshot } from "node:v8";
process.on("message", (wish) => {
  gc();
  gc();
  if (wish !== "tell") writeHeapSnapshot(wish);
  const active = {};
  for (const name of process.getActiveResourcesInfo()) active[name] = (active[name] ?? 0) + 1;
  const openFiles = readdirSync("/proc/self/fd").length;
  process.send({ ...process.memoryUsage(), ...getHeapCodeStatistics(), active, openFiles });
});
process.channel.unref();
`;
/** Node 20 crashes in a snapshot after it has read a file for a Blob, as uploads do (FileHandleReadWrap::MemoryInfo). */
const NO_FILE_BLOBS = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
fs.openAsBlob = async (path, options) => new Blob([fs.readFileSync(path)], options);
syncBuiltinESMExports();
`;

const answerSchema = z.object({
  rss: z.number(),
  heapUsed: z.number(),
  external: z.number(),
  code_and_metadata_size: z.number(),
  bytecode_and_metadata_size: z.number(),
  arrayBuffers: z.number(),
  active: z.record(z.string(), z.number()),
  openFiles: z.number(),
});

const lineSchema = z.looseObject({ level: z.string(), msg: z.string() });
const START_MS = 30_000;

/** Starts `npm start`'s process with the garbage collector in our hands. Resolves when it is connected everywhere. */
export async function startSoakProduct(
  environment: Readonly<Record<string, string>>,
  options: { readonly snapshots: boolean },
): Promise<SoakProduct> {
  const directory = await mkdtemp(join(tmpdir(), "soak-"));
  const code = options.snapshots ? NO_FILE_BLOBS + PROBE : PROBE;
  const probe = `data:text/javascript,${encodeURIComponent(code)}`;
  const main = join(process.cwd(), "dist", "src", "main.js");
  const child = spawn(process.execPath, ["--expose-gc", "--import", probe, main], {
    cwd: directory,
    env: { PORT: "0", LOG_FORMAT: "json", ...environment },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let url = "";
  let accepted = 0;
  const ends = new Map<string, number>();
  const complaints: string[] = [];
  createInterface({ input: linesOf(child) }).on("line", (text) => {
    const { level, msg } = lineSchema.parse(JSON.parse(text));
    url ||= /^(?:Playground: open|Web:) (http\S+)/.exec(msg)?.[1] ?? "";
    if (msg === "Job accepted") accepted += 1;
    const end = /^Job (done|failed|cancelled)$/.exec(msg)?.[1];
    if (end !== undefined) ends.set(end, (ends.get(end) ?? 0) + 1);
    if (level === "error" || level === "fatal") complaints.push(text);
  });
  const gone = ended.then((status) => {
    throw new Error(`The product ended with ${status ?? "a signal"}.`);
  });
  gone.catch(() => {});
  function ask(wish: string): Promise<unknown> {
    const told = new Promise<unknown>((resolve) => child.once("message", resolve));
    child.send(wish);
    return Promise.race([told, gone]);
  }

  await until(() => url !== "", START_MS);
  await healthy(url);

  return {
    url: url.replace(/\/$/, ""),
    directory,
    complaints: () => complaints,
    counts: () => ({ accepted, ends, ended: [...ends.values()].reduce((sum, count) => sum + count, 0) }),
    held: async () => {
      const answer = answerSchema.parse(await ask("tell"));
      const { rss, heapUsed, external, active, openFiles } = answer;
      const code = answer.code_and_metadata_size + answer.bytecode_and_metadata_size;
      const mb = (bytes: number) => Math.round((bytes / 2 ** 20) * 10) / 10;
      return {
        heapMb: mb(heapUsed),
        dataMb: mb(heapUsed - code),
        residentMb: mb(rss),
        buffersMb: mb(external),
        openFiles,
        active,
      };
    },
    snapshot: async (file) => void (await ask(file)),
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      await rm(directory, { recursive: true, force: true });
      return code;
    },
  };
}

function linesOf({ stdout }: ChildProcess) {
  if (stdout === null) throw new Error("The product's log is not heard");
  return stdout;
}

async function healthy(url: string): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; await pause(50))
    if ((await fetch(new URL("healthz", url)).catch(() => null))?.ok) return;
  throw new Error("The product did not connect");
}

/** Pictures on their way that were left in the product's folder. */
export const temporaryPictures = ({ directory }: SoakProduct) =>
  readdir(join(directory, "data", "pictures")).catch(() => []);
