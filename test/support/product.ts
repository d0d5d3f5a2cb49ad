import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The built product: `npm test` builds it first. */
const MAIN = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));
/** Run in the product first: when the test's process is gone, whichever way, its end of the pipe closes. */
const LEAVE_NO_ORPHAN =
  "data:text/javascript,process.stdin.resume().on('end',()=>process.kill(process.pid,'SIGKILL')).unref()";
/** Compiling for speed, and on threads of its own, costs more than it brings within a few seconds. */
export const FOR_A_SHORT_LIFE = ["--no-opt", "--v8-pool-size=0"];
/** Far longer than a start or a stop may take; only there so that a failure says what it was. */
const PATIENCE_MS = 90_000;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Epoch ms. */
  readonly at: number;
}

/** The product in a process of its own. */
export interface Product {
  readonly pid: number;
  /** Where the playground is served; rejects when the process ends before that. */
  readonly ready: Promise<string>;
  readonly exited: Promise<Exit>;
  /** Standard output (the log) so far. */
  stdout(): string;
  /** Standard error so far. */
  stderr(): string;
  /** Resolves once the pattern is in the log. */
  logged(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void;
  /** kill -9, and waits until the process is gone. */
  kill(): Promise<Exit>;
  /** SIGTERM, and waits until the process is gone. */
  stop(): Promise<Exit>;
}

/** A temporary home for the product: what one process leaves there the next one finds. */
export interface ProductHome {
  readonly directory: string;
  /** Starts the product there; nothing of this process's own environment reaches it. */
  start(environment?: Readonly<Record<string, string>>): Product;
  /** Kills what still runs and removes the directory. */
  close(): Promise<void>;
}

/** No limits unless a test is about them: one person may ask for everything here. */
const FREE = { LIMIT_WAITING: "off", LIMIT_WAITING_HERE: "off" };

/**
 * Makes a home whose every process gets `base`, a free port and a JSON log, unless `start` says otherwise.
 * `parent`: the folder to make it in.
 */
export async function openHome(
  base: Readonly<Record<string, string>> = {},
  parent = tmpdir(),
): Promise<ProductHome> {
  const directory = await mkdtemp(join(parent, "imagine-bot-"));
  const products: Product[] = [];
  return {
    directory,
    start: (environment = {}) => {
      const product = launch(directory, { PORT: "0", LOG_FORMAT: "json", ...FREE, ...base, ...environment });
      products.push(product);
      return product;
    },
    close: async () => {
      await Promise.all(products.map((product) => product.kill()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What leads the product to a simulator of the test's own, so that it outlives a kill. */
export function leadTo(simulatorUrl: string): Readonly<Record<string, string>> {
  return {
    FAL_QUEUE_URL: simulatorUrl,
    FAL_REST_URL: simulatorUrl,
    FAL_PLATFORM_URL: simulatorUrl,
    FAL_MEDIA_HOSTS: new URL(simulatorUrl).host,
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function launch(directory: string, environment: Readonly<Record<string, string>>): Product {
  // The directory is also the working directory: `./data` and `.env` are looked for there.
  const child: Child = spawn(process.execPath, [...FOR_A_SHORT_LIFE, "--import", LEAVE_NO_ORPHAN, MAIN], {
    cwd: directory,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    // "close" and not "exit": everything it wrote has then been read.
    child.once("close", (code, signal) => resolve({ code, signal, at: Date.now() }));
  });

  const logged = (pattern: RegExp) =>
    out.matching(pattern, exited, () => `${out.text()}\n${err.text()}`.slice(-2000));
  const ready = logged(/"msg":"(?:Playground: open|Web:) (http[^" ]+)/).then((match) => match[1] ?? "");
  ready.catch(() => {}); // a start that is meant to be refused is not waited for

  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    stdout: out.text,
    stderr: err.text,
    logged,
    signal: (signal) => {
      child.kill(signal);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

/** Text that grows, and whoever waits for something in it. */
function collect(stream: Readable) {
  let text = "";
  const watchers = new Set<() => void>();
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
    for (const watcher of [...watchers]) watcher();
  });
  return {
    text: () => text,
    matching: (pattern: RegExp, exited: Promise<unknown>, everything: () => string) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const settle = (done: () => void) => {
          watchers.delete(look);
          clearTimeout(timer);
          done();
        };
        const look = () => {
          const match = pattern.exec(text);
          if (match !== null) settle(() => resolve(match));
        };
        const giveUp = (why: string) => () =>
          settle(() => reject(new Error(`${why} before ${pattern} was logged:\n${everything()}`)));
        const timer = setTimeout(giveUp("The patience ran out"), PATIENCE_MS);
        watchers.add(look);
        look();
        exited.then(giveUp("The product ended"), giveUp("The product did not start"));
      }),
  };
}
