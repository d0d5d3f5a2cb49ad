import { describe, it, onTestFinished, vi } from "vitest";
import type { Product } from "../support/product.ts";
import { judge, repliesEnd } from "./outcome.ts";
import type { PlatformName } from "./stage.ts";
import { NEVER_MS, openWorld, PATIENCE_MS, type World } from "./world.ts";

vi.setConfig({ testTimeout: 240_000 });

const JOBS = 50;

const pictures = (count: number) => ({
  ends: Array.from({ length: count }, () => "picture" as const),
  submits: count,
});

/** The product with all its jobs being painted at fal, and room for one more. */
async function fiftyRunning(platform: PlatformName): Promise<{ world: World; product: Product }> {
  const world = await openWorld(
    platform,
    { durationMs: [NEVER_MS, NEVER_MS], concurrency: JOBS + 1 },
    { FAL_CONCURRENCY: String(JOBS + 1) },
  );
  onTestFinished(world.close);
  const product = world.home.start();
  await world.stage.enter(product);
  for (let n = 1; n <= JOBS; n += 1) world.stage.imagine(`lighthouse number ${n}`);
  await vi.waitFor(
    () => {
      const followed = world.simulator.requests().filter(({ calls }) => calls.stream + calls.status > 0);
      if (followed.length < JOBS) throw new Error(`Only ${followed.length} are followed so far.`);
    },
    { timeout: PATIENCE_MS, interval: 25 },
  );
  return { world, product };
}

/** Starts it again, lets fal end everything, and says which promises were broken. */
async function finished(world: World, jobs: number): Promise<readonly string[]> {
  const promised = pictures(jobs);
  const { stage, simulator, home } = world;
  const next = home.start();
  await stage.enter(next);
  for (const { id } of simulator.requests()) simulator.finish(id);
  await repliesEnd(stage, promised.ends, 2 * PATIENCE_MS).catch(() => undefined);
  await next.stop();
  return (await judge(world, promised)).broken;
}

// Not on Slack, whose limits (a post a second in a channel, fifty edits a minute) make fifty jobs last minutes.
describe("SIGTERM while fifty pictures are being painted", () => {
  it.for(["playground", "discord"] as const)(
    "ends within ten seconds on %s, and the next start brings all fifty",
    async (platform, { expect }) => {
      const { world, product } = await fiftyRunning(platform);
      const asked = Date.now();
      const exit = await product.stop();
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(exit.at - asked).toBeLessThan(10_000);
      expect(await finished(world, JOBS)).toEqual([]);
    },
  );

  it("ends at once when it is sent a second time, and still nothing is lost", async ({ expect }) => {
    const { world, product } = await fiftyRunning("playground");
    // A submit without an answer would hold the first one up for eight seconds.
    const held = world.fal.reached(/^POST \S+\/text-to-image/, "answer-withheld");
    world.stage.imagine("one lighthouse more");
    await held;
    product.signal("SIGTERM");
    await product.logged(/SIGTERM: stopping/);
    const asked = Date.now();
    const exit = await product.stop();
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit.at - asked).toBeLessThan(4_000);
    expect(await finished(world, JOBS + 1)).toEqual([]);
  });
});
