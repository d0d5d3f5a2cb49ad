import { describe, expect, it } from "vitest";
import { ReplyError } from "../../src/errors.ts";
import { createWorld } from "../support/core-world.ts";

const down = () => new ReplyError("unavailable", "down");

// Found by the fault matrix: given up after half a minute, the request was lost, and a reply whose answer had been
// lost stayed at "Starting" for ever.
describe("a request", () => {
  it("whose reply cannot be posted for long is not painted before, and not lost", async () => {
    const world = await createWorld();
    world.platform.createFaults.push(...Array.from({ length: 7 }, down));
    const answer = world.platform.command("a cat");
    await world.clock.advance(100_000);
    expect(world.backend.orders).toHaveLength(0);
    await world.clock.advance(200_000);
    expect((await answer).refusals).toHaveLength(0);
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
  });

  it("whose reply cannot be posted does not keep others from being painted", async () => {
    const world = await createWorld({ concurrency: 1 });
    world.platform.createFaults.push(down(), down(), null, down(), down(), down());
    void world.platform.command("a cat");
    await world.idle();
    await world.platform.command("a dog");
    await world.clock.advance(4000);
    expect(world.backend.orders.map((order) => order.request.prompt)).toEqual(["a dog"]);
  });

  it("whose reply does not stand at a stop waits for the next start, and nobody reads that it was refused", async () => {
    const world = await createWorld();
    world.platform.createFaults.push(down(), down());
    const answer = world.platform.command("a cat");
    await world.idle();
    await world.core.stop();
    expect((await answer).refusals).toEqual([]);
    expect((await world.job()).state).toBe("accepted");
  });
});
