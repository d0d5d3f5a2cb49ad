import { describe, expect, it } from "vitest";
import { REFUSED_PAUSES_MS } from "../../src/core/delivery.ts";
import { plainLine } from "../../src/core/view.ts";
import { BotError, ReplyError, type ReplyProblem } from "../../src/errors.ts";
import { type CoreWorld, createWorld, type WorldOptions } from "../support/core-world.ts";

async function painted(
  options: WorldOptions = {},
  before: (world: CoreWorld) => void = () => {},
): Promise<CoreWorld> {
  const world = await createWorld(options);
  await world.platform.command("a cat");
  await world.idle();
  before(world);
  world.backend.finish("r1");
  await world.idle();
  return world;
}

/** How long a refusal is not believed. */
const REFUSED_MS = REFUSED_PAUSES_MS.reduce((sum, ms) => sum + ms, 0);

const problem = (name: ReplyProblem, retryAfterMs?: number) => () =>
  new ReplyError(name, name, retryAfterMs === undefined ? {} : { retryAfterMs });

function breakResults(world: CoreWorld, ...faults: ReturnType<typeof problem>[]): void {
  world.platform.resultFaults.push(...faults);
}

describe("showing the result", () => {
  it("is tried again until the platform is back", async () => {
    const world = await painted({}, (w) => {
      breakResults(w, problem("unavailable"), problem("unavailable"), problem("paced", 7000));
    });
    await world.clock.advance(3000);
    expect(world.platform.shown().kind).not.toBe("done");
    await world.clock.advance(7000);
    expect(world.platform.shown().kind).toBe("done");
    expect(world.pictures.onDisk.size).toBe(0);
  });

  it("makes the picture smaller when the platform says it is too large, and links the original", async () => {
    const world = await painted({}, (w) => breakResults(w, problem("too-large"), problem("too-large")));
    const [image] = world.platform.shown().images;
    expect(image?.bytes).toBeLessThan(1000);
    expect(image?.contentType).toBe("image/jpeg");
    expect(image?.originalUrl).toBe("https://fal.media/r1.png");
    expect(world.pictures.onDisk.size).toBe(0);
  });

  it("fits the picture to the platform's rules from the start", async () => {
    const world = await painted({}, (w) => {
      w.platform.pictures = { maxBytes: 500, types: ["image/jpeg"] };
    });
    expect(world.platform.shown().images[0]).toMatchObject({
      bytes: 500,
      fileName: expect.stringMatching(/\.jpg$/),
    });
  });

  it("says so when no size is small enough", async () => {
    const tooLarge = problem("too-large");
    const world = await painted({}, (w) => breakResults(w, tooLarge, tooLarge, tooLarge, tooLarge));
    expect(plainLine(world.platform.shown().title, 0)).toMatch(/could not be posted here/);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "delivery" });
  });

  it("does not believe that a text is too large", async () => {
    const tooLarge = problem("too-large");
    const faults = [tooLarge, tooLarge, tooLarge, tooLarge, tooLarge];
    const world = await painted({}, (w) => breakResults(w, ...faults));
    expect(await world.job()).toMatchObject({ state: "failed", failure: "delivery" });
  });

  it("ends quietly when the reply was deleted meanwhile", async () => {
    const world = await painted({}, (w) => breakResults(w, problem("gone")));
    const job = await world.job();
    expect(job.state).toBe("done");
    expect(job.removedAt).not.toBeNull();
  });

  it("is tried again after a refusal, which may be a proxy's mistake", async () => {
    const forbidden = problem("forbidden");
    const world = await painted({}, (w) => breakResults(w, forbidden, forbidden));
    expect((await world.job()).state).toBe("delivering");
    await world.clock.advance(10_000);
    expect(world.platform.shown().kind).toBe("done");
  });

  it("says so in words where the platform goes on refusing the picture alone", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    const forbidden = problem("forbidden");
    breakResults(world, forbidden, forbidden, forbidden, forbidden);
    world.backend.finish("r1");
    await world.clock.advance(REFUSED_MS);
    expect(plainLine(world.platform.shown().title, 0)).toMatch(/could not be posted here/);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "delivery" });
    expect(world.pictures.onDisk.size).toBe(0);
  });

  it.each(["forbidden", "expired"] as const)("ends as failed when the reply stays %s", async (name) => {
    const world = await painted({}, (w) =>
      breakResults(w, ...Array.from({ length: 9 }, () => problem(name))),
    );
    await world.clock.advance(2 * REFUSED_MS);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "delivery" });
  });

  it("says so when the picture cannot be fetched", async () => {
    const world = await painted({}, (w) => {
      w.pictures.failures = 1;
    });
    expect(plainLine(world.platform.shown().title, 0)).toMatch(/could not be fetched/);
    expect(world.platform.shown().actions.map((action) => action.intent)).toContain("retry");
  });

  it("says so when something of our own breaks", async () => {
    const world = await painted({}, (w) => breakResults(w, () => new RangeError("bug") as never));
    expect(plainLine(world.platform.shown().title, 0)).toMatch(/went wrong on my side/);
  });

  it("shows the same once more after the store could not note it", async () => {
    let broken = false;
    const world = await painted({
      wrapStore: (store) => ({
        ...store,
        save: (job) => {
          if (job.state === "done" && !broken) {
            broken = true;
            throw new BotError("disk full", { code: "store" });
          }
          return store.save(job);
        },
      }),
    });
    expect((await world.job()).state).toBe("delivering");
    await world.clock.advance(1000);
    expect((await world.job()).state).toBe("done");
    expect(world.platform.messages.size).toBe(1);
  });

  it("holds progress of others back while it is on its way", async () => {
    const world = await createWorld({ concurrency: 2 });
    await world.platform.command("one");
    await world.platform.command("two");
    await world.idle();
    const [first, second] = world.platform.keys();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const original = world.pictures.fit;
    world.pictures.fit = async (picture, rules) => {
      await held;
      return original(picture, rules);
    };
    world.backend.finish("r1");
    world.backend.say("r2", { type: "working", log: "step" });
    await world.clock.advance(1000);
    expect(world.platform.shown(second).progress?.log).toBe("step");
    release();
    await world.idle();
    expect(world.platform.shown(first).kind).toBe("done");
  });
});
