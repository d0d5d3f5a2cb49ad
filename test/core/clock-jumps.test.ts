import { describe, expect, it } from "vitest";
import { PROBE_MS } from "../../src/core/breaker.ts";
import { DOUBLE_CLICK_MS } from "../../src/core/presses.ts";
import { plainLine } from "../../src/core/view.ts";
import { ReplyError, SubmitNotSent, SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { type CoreWorld, createWorld } from "../support/core-world.ts";

const HOURS = 3 * 3_600_000;
const DEADLINE_MS = 600_000;

/** What is going on when the machine's clock is set, and how long the picture may take from then on. */
interface Moment {
  readonly name: string;
  readonly withinMs: number;
  arrive(world: CoreWorld): Promise<unknown>;
}

const asked = (world: CoreWorld) => world.platform.command("a cat");

const MOMENTS: readonly Moment[] = [
  {
    name: "a job waits in line",
    withinMs: 1000,
    async arrive(world) {
      await world.platform.command("before it");
      await asked(world);
      await world.idle();
      world.backend.finish("r1");
    },
  },
  { name: "a picture is painted", withinMs: 1000, arrive: asked },
  {
    name: "fal cannot be reached",
    withinMs: 5000,
    arrive(world) {
      world.backend.submitFaults.push({ error: new SubmitNotSent("refused"), arrived: false });
      return asked(world);
    },
  },
  {
    name: "fal refuses the account",
    withinMs: PROBE_MS + 5000,
    arrive(world) {
      world.backend.submitFaults.push({ error: new TakeFailure("account", "locked"), arrived: false });
      return asked(world);
    },
  },
  {
    name: "fal takes the key away while it paints",
    withinMs: PROBE_MS + 5000,
    async arrive(world) {
      await asked(world);
      await world.idle();
      world.backend.fail("r1", new TakeFailure("account", "locked"));
    },
  },
  {
    name: "a lost submit is looked for",
    withinMs: 10_000,
    arrive(world) {
      world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: true });
      world.backend.lookUps.push("unknown", "absent", { requestId: "r1", endpoint: "owner/app" });
      return asked(world);
    },
  },
  {
    name: "the platform is away with the picture painted",
    withinMs: 10_000,
    async arrive(world) {
      world.platform.resultFaults.push(() => new ReplyError("unavailable", "down"));
      world.platform.resultFaults.push(() => new ReplyError("unavailable", "down"));
      await asked(world);
      await world.idle();
      world.backend.finish("r1");
    },
  },
  {
    name: "the reply can be changed for some minutes more",
    withinMs: 1000,
    arrive(world) {
      world.platform.expiresAt = world.clock.now() + 300_000;
      return asked(world);
    },
  },
];

describe.each([
  ["forward", HOURS],
  ["back", -HOURS],
])("a clock that is set %s by hours", (_, jumpMs) => {
  it.each(MOMENTS)("while $name costs nobody the picture, nor a second one", async ({ arrive, withinMs }) => {
    const world = await createWorld();
    await arrive(world);
    await world.idle();
    world.clock.jump(jumpMs);
    // Nothing ends what is healthy, however often it is looked at.
    await world.clock.advance(100);
    world.backend.finish(`r${Math.max(world.backend.orders.length, 1)}`);
    await world.clock.advance(withinMs);
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
    const newest = await world.job();
    expect(world.backend.orders.filter(({ seed }) => seed === newest.takes[0]?.seed)).toHaveLength(1);
    expect(world.backend.cancels).toEqual([]);
    await world.core.stop();
    expect(world.clock.pending()).toBe(0);
  });

  it("does not move the deadline of what is at fal", async () => {
    const world = await createWorld();
    await asked(world);
    await world.idle();
    world.clock.jump(jumpMs);
    // Taken up again, the time that is left is worked out anew.
    world.backend.fail("r1", new TakeFailure("account", "locked"));
    await world.clock.advance(DEADLINE_MS - 5000);
    expect((await world.job()).state).toBe("running");
    await world.clock.advance(10_000);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "timeout" });
    expect(world.backend.cancels).toEqual(["r1"]);
  });

  it("does not keep progress from being shown", async () => {
    const world = await createWorld();
    await asked(world);
    await world.idle();
    world.clock.jump(jumpMs);
    world.backend.say("r1", { type: "working", log: "half way" });
    await world.clock.advance(1000);
    expect(plainLine(world.platform.shown().title, 0)).toBe("Painting");
  });

  it("does not make a double click of two presses", async () => {
    const world = await createWorld();
    await asked(world);
    await world.idle();
    world.backend.finish("r1");
    await world.idle();
    const { id } = await world.job();
    await world.platform.press("reroll", id);
    await world.clock.advance(DOUBLE_CLICK_MS);
    world.clock.jump(jumpMs);
    await world.platform.press("reroll", id);
    await world.idle();
    expect(world.platform.messages.size).toBe(3);
  });
});
