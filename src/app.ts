import type { Core } from "./core/core.ts";
import type { PlatformAdapter } from "./core/ports.ts";

/** Something that is closed at the end, with the name the log gives it. */
export interface Closable {
  readonly name: string;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly core: Core;
  readonly adapters: readonly PlatformAdapter[];
  readonly web: { start(): Promise<string>; stop(): Promise<void> };
  /** Closed last, in this order. */
  readonly closables: readonly Closable[];
  readonly log: (level: "info" | "warn" | "error", context: object, message: string) => void;
  /** Longest time for handing running work back before the rest is closed all the same, ms. */
  readonly graceMs: number;
}

export interface App {
  /** Starts everything; resolves with the web server's address. @throws BotError of the part that cannot start. */
  start(): Promise<string>;
  /** Stops everything in order. Safe to call twice. */
  stop(): Promise<void>;
}

/** Start order, stop order. Nothing here knows an implementation. */
export function createApp({ core, adapters, web, closables, log, graceMs }: AppOptions): App {
  let stopping: Promise<void> | null = null;

  async function close(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      log("error", { err }, `${name} did not close cleanly`);
    }
  }

  async function stopAll(): Promise<void> {
    const timeout = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), graceMs).unref());
    const work = close("The generation service", () => core.stop());
    if ((await Promise.race([work, timeout])) === "late")
      log("warn", {}, "Not everything was handed back in time; the next start goes on from the records");
    await Promise.all(adapters.map((adapter) => close(adapter.name, () => adapter.stop())));
    await close("The web server", () => web.stop());
    for (const closable of closables) await close(closable.name, () => closable.close());
  }

  return {
    async start() {
      // The web server first, so that health can be asked for while platforms connect.
      const address = await web.start();
      await core.start();
      await Promise.all(adapters.map((adapter) => adapter.start(core.sink)));
      return address;
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

/** Stops on the first SIGTERM or SIGINT, exits at once on the second. */
export function handleSignals(stop: () => Promise<void>, log: AppOptions["log"]): void {
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      log("info", {}, `${signal}: stopping. A second signal stops at once.`);
      void stop().then(() => process.exit(0));
    });
  }
}
