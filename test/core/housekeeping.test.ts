import { describe, expect, it } from "vitest";
import { ROUND_MS } from "../../src/core/housekeeping.ts";
import { BotError } from "../../src/errors.ts";
import { createWorld } from "../support/core-world.ts";

const DAY_MS = 86_400_000;

describe("housekeeping", () => {
  it("forgets jobs that are over for long, and only those", async () => {
    const world = await createWorld({ keepMs: DAY_MS });
    await world.platform.command("old");
    await world.idle();
    world.backend.finish("r1");
    await world.idle();
    const old = await world.job();
    await world.clock.advance(DAY_MS - ROUND_MS);
    await world.platform.command("new");
    await world.clock.advance(2 * ROUND_MS);
    expect(await world.store.get(old.id)).toBeNull();
    expect((await world.job()).request.prompt).toBe("new");
    const answer = await world.platform.press("reroll", old.id);
    expect(answer.refusals).toHaveLength(1);
    await world.core.stop();
    expect(world.clock.pending()).toBe(0);
  });

  it("goes on after a fault of the store", async () => {
    let broken = true;
    const world = await createWorld({
      keepMs: DAY_MS,
      wrapStore: (store) => ({
        ...store,
        prune: (before, limit) =>
          broken ? Promise.reject(new BotError("disk full", { code: "store" })) : store.prune(before, limit),
      }),
    });
    await world.platform.command("old");
    await world.idle();
    world.backend.finish("r1");
    await world.clock.advance(2 * DAY_MS);
    expect((await world.store.history(null, 1)).length).toBe(1);
    broken = false;
    await world.clock.advance(ROUND_MS);
    expect((await world.store.history(null, 1)).length).toBe(0);
    expect(world.happenings).toContainEqual(
      expect.objectContaining({ type: "fault", where: "housekeeping" }),
    );
  });
});
