import { existsSync, readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Breach, nothingHeld } from "./invariants.ts";
import { pause } from "./place.ts";

/** What Node holds open, and on Linux the open files. */
export function resourcesNow(): readonly string[] {
  // Node keeps the objects with which it reads blobs in a pool of its own (node_file.h, kFreeListSize).
  const active = process.getActiveResourcesInfo().filter((name) => name !== "FileHandleReadWrap");
  const files = existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").map(() => "open file") : [];
  return [...active, ...files];
}

/** Runs the garbage collector, which needs no flag at the start this way. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Sockets take a moment to go. */
export async function resourcesLeft(resourcesBefore: readonly string[]): Promise<readonly Breach[]> {
  const look = () => {
    // What a killed bot held is let go of by the collector; the kernel would do so at once.
    collect();
    const resourcesAfter = resourcesNow();
    return nothingHeld({ openJobs: 0, liveJobs: 0, temporaryPictures: [], resourcesBefore, resourcesAfter });
  };
  for (const until = Date.now() + 8000; Date.now() < until && look().length > 0; ) await pause(50);
  return look();
}
