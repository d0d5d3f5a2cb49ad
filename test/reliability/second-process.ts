import { vi } from "vitest";
import { type Change, withChanges } from "./changed-build.ts";
import { judge, type Outcome, repliesEnd } from "./outcome.ts";
import { NEVER_MS, openWorld } from "./world.ts";

/** What a second process on the same database may not change. */
const PROMISED = { ends: ["picture", "cancelled"], submits: 1 } as const;

/**
 * Starts a second process while one picture is at fal and one waits with us, and then cancels the one that waits:
 * that is free, so fal must never hear of it.
 */
export async function runSecondProcess(changes: readonly Change[], patienceMs: number): Promise<Outcome> {
  const world = await openWorld("playground", { durationMs: [NEVER_MS, NEVER_MS], concurrency: 4 });
  const { stage, simulator, home } = world;
  const replies = (count: number) =>
    vi.waitFor(
      async () => {
        if ((await stage.replies()).length !== count) throw new Error("A reply is missing.");
      },
      { timeout: patienceMs, interval: 25 },
    );
  const asked = (count: number) =>
    vi.waitFor(
      () => {
        if (simulator.submits() < count) throw new Error("fal was not asked so far.");
      },
      { timeout: patienceMs, interval: 25 },
    );
  try {
    const first = home.start({ ...withChanges(changes), FAL_CONCURRENCY: "1" });
    await stage.enter(first);
    stage.imagine();
    await asked(1);
    stage.imagine("a harbour at dawn");
    await replies(2);

    const second = home.start({ ...withChanges(changes), FAL_CONCURRENCY: "4" });
    const refused = await Promise.race([second.exited, second.ready.catch(() => second.exited)]);
    if (typeof refused === "string") await asked(2).catch(() => undefined);

    stage.cancel();
    for (const { id } of simulator.requests()) simulator.finish(id);
    await repliesEnd(stage, PROMISED.ends, patienceMs).catch(() => undefined);
    await Promise.all([first.stop(), second.kill()]);
    return await judge(world, PROMISED);
  } finally {
    await world.close();
  }
}
