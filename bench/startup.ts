import { spawnSync } from "node:child_process";
import { startBot } from "./bot.ts";
import { withFolder } from "./place.ts";
import { type Spread, spreadOf } from "./statistics.ts";

export interface StartupResult {
  /** `npm start` in the built repository, nothing configured: from the call to a healthy bot, ms. */
  readonly npmStartMs: Spread;
  /** The same without npm and its look at whether a build is due: the command behind `npm start`. */
  readonly nodeMs: Spread;
  /** The base: `node -e 0` from start to end. */
  readonly bareNodeMs: Spread;
}

export interface StartupOptions {
  readonly rounds: number;
  readonly signal: AbortSignal;
}

/** Starts the bot again and again, in turn with the others, so that a busy moment hits all of them alike. */
export function measureStartup({ rounds, signal }: StartupOptions): Promise<StartupResult> {
  return withFolder(async (folder) => {
    const npmStart: number[] = [];
    const node: number[] = [];
    const bare: number[] = [];
    const start = async (by: "node" | "npm start") => {
      const bot = await startBot({ folder, falUrl: null, concurrency: 2, by, signal });
      await bot.stop();
      return bot.readyMs;
    };
    await start("npm start"); // makes the folder and reads everything from disk once
    for (let round = 0; round < rounds; round += 1) {
      bare.push(bareNodeMs());
      node.push(await start("node"));
      npmStart.push(await start("npm start"));
    }
    return { npmStartMs: spreadOf(npmStart), nodeMs: spreadOf(node), bareNodeMs: spreadOf(bare) };
  });
}

function bareNodeMs(): number {
  const began = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return performance.now() - began;
}
