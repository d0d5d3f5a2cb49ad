import { describe, expect, it } from "vitest";
import { PROBE_MS } from "../../src/core/breaker.ts";
import { plainLine } from "../../src/core/view.ts";
import { SubmitNotSent, TakeFailure } from "../../src/errors.ts";
import { type CoreWorld, createWorld, type WorldOptions } from "../support/core-world.ts";

const locked = () => ({ error: new TakeFailure("account", "User is locked"), arrived: false });
const title = (world: CoreWorld, key?: string) => plainLine(world.platform.shown(key).title, 0);
const alerts = (world: CoreWorld) => world.happenings.filter((one) => one.type === "breaker");

/** A world whose provider has just refused the account, with `jobs` jobs in it. */
async function pausedWorld(jobs: number, options: WorldOptions = {}): Promise<CoreWorld> {
  const world = await createWorld(options);
  world.backend.submitFaults.push(locked());
  for (let n = 1; n <= jobs; n += 1) await world.platform.command(`picture ${n}`);
  await world.clock.advance(1000);
  return world;
}

describe("while the provider refuses the account", () => {
  it("the line pauses, everybody who waits is told, and the owner is alerted once", async () => {
    const world = await pausedWorld(3);
    world.backend.submitFaults.push(locked());
    await world.clock.advance(PROBE_MS);
    for (const key of world.platform.keys())
      expect(title(world, key)).toMatch(/^Paused · .* Its owner knows; your request is kept\.$/);
    expect(alerts(world)).toEqual([{ type: "breaker", state: "open" }]);
    expect(world.backend.orders).toHaveLength(0);
    expect((await world.job()).state).toBe("queued");
  });

  it("one job a minute tries, and the first success lets the line go on in order, nothing lost", async () => {
    const world = await pausedWorld(3, { concurrency: 2 });
    expect(world.backend.orders).toHaveLength(0);
    await world.clock.advance(PROBE_MS);
    expect(alerts(world).map((one) => one.state)).toEqual(["open", "closed"]);
    for (const ticket of ["r1", "r2", "r3"]) {
      world.backend.finish(ticket);
      await world.idle();
    }
    expect([...world.platform.messages.values()].map((message) => message.views.at(-1)?.kind)).toEqual([
      "done",
      "done",
      "done",
    ]);
    expect(world.backend.orders).toHaveLength(3);
  });

  it("a probe that tells nothing leaves the line paused for another minute", async () => {
    const world = await pausedWorld(2);
    world.backend.submitFaults.push({ error: new SubmitNotSent("refused"), arrived: false });
    await world.clock.advance(PROBE_MS);
    expect(world.backend.orders).toHaveLength(0);
    await world.clock.advance(PROBE_MS);
    expect(alerts(world).at(-1)).toMatchObject({ state: "closed" });
  });

  it("another refusal of the probe's own request is still a word from the provider", async () => {
    const world = await pausedWorld(2);
    world.backend.submitFaults.push({ error: new TakeFailure("content-policy", "no"), arrived: false });
    await world.clock.advance(PROBE_MS);
    expect(alerts(world).at(-1)).toMatchObject({ state: "closed" });
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
  });

  it("a job can be cancelled for free, also the one whose turn it is", async () => {
    const world = await pausedWorld(2, { concurrency: 2 });
    const [first, second] = world.platform.keys();
    for (const key of [first ?? "", second ?? ""]) {
      const job = await world.store.byMessage(key);
      await world.platform.press("cancel", job?.id ?? "");
      await world.idle();
      expect(world.platform.shown(key).kind).toBe("cancelled");
      expect(await world.store.byMessage(key)).toMatchObject({ cancel: { outcome: "free" } });
    }
    await world.clock.advance(3 * PROBE_MS);
    expect(world.backend.orders).toHaveLength(0);
    await world.platform.command("after");
    await world.idle();
    expect(world.backend.orders).toHaveLength(1);
  });

  it("a stop hands everything back, and a restart begins afresh", async () => {
    const world = await pausedWorld(2);
    await world.core.stop();
    const next = await world.restart();
    await next.idle();
    next.backend.finish("r1");
    await next.idle();
    expect(next.backend.orders).toHaveLength(2);
  });

  it("a take that was accepted before is asked for again until its deadline", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    world.backend.fail("r1", new TakeFailure("account", "User is locked"));
    await world.clock.advance(1000);
    expect(title(world)).toMatch(/^Paused/);
    world.backend.finish("r1");
    await world.clock.advance(PROBE_MS);
    expect(world.platform.shown().kind).toBe("done");
    expect(world.backend.orders).toHaveLength(1);
  });
});
