import { describe, expect, it } from "vitest";
import { SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { type CoreWorld, createWorld } from "../support/core-world.ts";

const TOKEN_MS = 5 * 60_000;

/** A world whose replies can be changed for some minutes only, as where only Discord's token leads to them. */
async function expiringWorld(): Promise<CoreWorld> {
  const world = await createWorld();
  world.platform.expiresAt = world.clock.now() + TOKEN_MS;
  return world;
}

describe("a reply that can soon no longer be changed", () => {
  it("ends a job that still waits while that can be said, with nothing spent", async () => {
    const world = await expiringWorld();
    await world.platform.command("one");
    await world.platform.command("two");
    await world.idle();
    world.backend.cancelAnswer = "too-late";
    await world.clock.advance(TOKEN_MS - 30_000);
    expect(world.platform.shown().kind).toBe("failed");
    expect(await world.job()).toMatchObject({ state: "failed", failure: "timeout" });
    expect(world.backend.orders).toHaveLength(1);
  });

  it("stops a take at the provider in time, and takes the picture if it was done already", async () => {
    const world = await expiringWorld();
    await world.platform.command("a cat");
    await world.idle();
    world.backend.cancelAnswer = "too-late";
    await world.clock.advance(TOKEN_MS - 44_000);
    world.backend.finish("r1");
    await world.idle();
    expect(world.backend.cancels).toEqual(["r1"]);
    expect(world.platform.shown().kind).toBe("done");
    await world.core.stop();
    expect(world.clock.pending()).toBe(0);
  });

  it("ends a look-up of a lost submit", async () => {
    const world = await expiringWorld();
    world.platform.expiresAt = world.clock.now() + 60_000;
    world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: true });
    await world.platform.command("a cat");
    await world.clock.advance(16_000);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "unknown-fate" });
  });

  it("asks the provider about a take that waits to be asked about again", async () => {
    const world = await expiringWorld();
    await world.platform.command("a cat");
    await world.clock.advance(TOKEN_MS - 60_000);
    world.backend.fail("r1", new TakeFailure("account", "No such key"));
    await world.clock.advance(20_000);
    expect(world.backend.cancels).toEqual(["r1"]);
    expect(await world.job()).toMatchObject({
      state: "failed",
      failure: "timeout",
      takes: [{ state: "failed" }],
    });
  });

  it("is not painted for at all when too little time is left", async () => {
    const world = await expiringWorld();
    world.platform.expiresAt = world.clock.now() + 1000;
    await world.platform.command("a cat");
    await world.idle();
    await world.clock.advance(100);
    await world.idle();
    expect((await world.job()).state).toBe("failed");
  });
});
