import { describe, expect, it } from "vitest";
import type { JobStore } from "../../src/core/ports.ts";
import { BotError, ReplyError } from "../../src/errors.ts";
import { createWorld } from "../support/core-world.ts";

/** Longer than the pause after a fault of our own. */
const SOON_MS = 6000;

/** A store whose writes fail from the moment the test says so. */
function breakable() {
  const state = { isBroken: false };
  const wrapStore = (store: JobStore): JobStore => ({
    ...store,
    async save(job) {
      if (state.isBroken) throw new BotError("disk full", { code: "store" });
      await store.save(job);
    },
  });
  return { state, wrapStore };
}

// Found by the chaos run: each of these left a job behind that nobody came back to until the next start.
describe("a store that fails for a while", () => {
  it("does not lose a job whose first reply stands already", async () => {
    const { state, wrapStore } = breakable();
    const world = await createWorld({ wrapStore });
    state.isBroken = true;
    const said = world.platform.command("a cat");
    await world.clock.advance(SOON_MS);
    state.isBroken = false;
    await world.clock.advance(SOON_MS);
    expect((await said).refusals).toEqual([]);
    world.backend.finish("r1");
    await world.idle();
    expect((await world.job()).state).toBe("done");
    expect(world.platform.messages.size).toBe(1);
  });

  it("ends a job whose first reply was refused, once it can be noted", async () => {
    const { state, wrapStore } = breakable();
    const world = await createWorld({ wrapStore });
    state.isBroken = true;
    world.platform.createFaults.push(new ReplyError("forbidden", "Not here"));
    const answer = await world.platform.command("a cat");
    expect(answer.refusals).toHaveLength(1);
    expect((await world.job()).state).toBe("accepted");
    state.isBroken = false;
    await world.clock.advance(SOON_MS);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "delivery" });
    expect(world.backend.orders).toEqual([]);
  });

  it("does not forget a waiting job that it could not note as cancelled", async () => {
    const { state, wrapStore } = breakable();
    const world = await createWorld({
      wrapStore: (store) => ({
        ...wrapStore(store),
        async save(job) {
          // The wish to cancel is noted, the end is not.
          if (state.isBroken && job.takes[0]?.state === "cancelled")
            throw new BotError("disk full", { code: "store" });
          await store.save(job);
        },
      }),
    });
    await world.platform.command("a cat");
    await world.platform.command("a dog");
    await world.idle();
    const waiting = await world.job();
    state.isBroken = true;
    await world.platform.press("cancel", waiting.id);
    await world.idle();
    state.isBroken = false;
    world.backend.finish("r1");
    await world.clock.advance(SOON_MS);
    expect(await world.job()).toMatchObject({
      id: waiting.id,
      state: "cancelled",
      cancel: { outcome: "free" },
    });
    expect(world.backend.orders).toHaveLength(1);
  });

  it("does not leave a job behind whose reply was found again after a crash", async () => {
    const { state, wrapStore } = breakable();
    const world = await createWorld({ wrapStore });
    state.isBroken = true;
    void world.platform.command("a cat");
    await world.idle();
    const again = await world.restart();
    expect((await again.job()).state).toBe("accepted");
    state.isBroken = false;
    await again.clock.advance(SOON_MS);
    again.backend.finish("r1");
    await again.idle();
    expect((await again.job()).state).toBe("done");
    expect(again.platform.messages.size).toBe(1);
  });
});
