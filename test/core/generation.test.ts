import { describe, expect, it } from "vitest";
import { plainLine } from "../../src/core/view.ts";
import { createWorld } from "../support/core-world.ts";

const title = (view: { title: Parameters<typeof plainLine>[0] }) => plainLine(view.title, 0);

describe("a job from the wish to the picture", () => {
  it("waits, is painted and ends with its picture in the same reply", async () => {
    const world = await createWorld();
    const answer = await world.platform.command("a lighthouse at dusk ar:16:9 seed:42");
    expect(answer.refusals).toEqual([]);
    expect(title(world.platform.shown())).toBe("Starting");

    await world.idle();
    expect(world.backend.orders).toHaveLength(1);
    expect(world.backend.orders[0]).toMatchObject({
      seed: 42,
      request: { prompt: "a lighthouse at dusk", ratio: "16:9", no: null },
    });

    world.backend.say("r1", { type: "working", log: "sampling 3/30" });
    await world.clock.advance(200);
    expect(title(world.platform.shown())).toBe("Painting");
    expect(world.platform.shown().progress?.log).toBe("sampling 3/30");

    world.backend.finish("r1");
    await world.idle();
    const shown = world.platform.shown();
    expect(shown.kind).toBe("done");
    expect(shown.images).toHaveLength(1);
    expect(shown.images[0]?.alt).toBe("a lighthouse at dusk");
    expect(shown.prompt).toBe("a lighthouse at dusk");
    expect(shown.command).toContain("seed:42");
    expect(shown.actions.map((action) => action.intent)).toEqual([
      "reroll",
      "edit",
      "use-prompt",
      "send-to-me",
      "delete",
    ]);
    expect(world.platform.messages.size).toBe(1);
    expect(world.pictures.onDisk.size).toBe(0);
    expect(await world.job()).toMatchObject({ state: "done", failure: null });
  });

  it("chooses a seed when the person named none, and shows it", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    const { seed } = (await world.job()).takes[0] ?? {};
    expect(seed).toBeGreaterThanOrEqual(1);
    expect(world.platform.shown().facts).toContainEqual({ label: "Seed", value: String(seed) });
  });

  it("names what must not appear", async () => {
    const world = await createWorld();
    await world.platform.command("a street no:people");
    expect(world.platform.shown().facts).toContainEqual({ label: "Without", value: "people" });
  });

  it("accepts a delivery that comes twice only once", async () => {
    const world = await createWorld();
    await world.platform.command("a cat", { deliveryId: "same" });
    const again = await world.platform.command("a cat", { deliveryId: "same" });
    await world.idle();
    expect(again.settled).toBe(1);
    expect(world.backend.orders).toHaveLength(1);
    expect(world.platform.messages.size).toBe(1);
  });

  it("tells everybody who waits when the line moves", async () => {
    const world = await createWorld();
    for (const prompt of ["one", "two", "three"]) await world.platform.command(prompt);
    await world.clock.advance(1000);
    const [, second, third] = world.platform.keys();
    expect(title(world.platform.shown(second))).toBe("Waiting · next in line");
    expect(title(world.platform.shown(third))).toBe("Waiting · 2nd in line");

    world.backend.finish("r1");
    await world.clock.advance(1000);
    expect(title(world.platform.shown(third))).toBe("Waiting · next in line");
  });

  it("expects an end from its own history once it has one", async () => {
    const world = await createWorld();
    await world.platform.command("one");
    await world.clock.advance(8000);
    world.backend.finish("r1");
    await world.idle();
    await world.platform.command("two");
    await world.idle();
    world.backend.say("r2", { type: "working", log: null });
    await world.clock.advance(500);
    const started = (await world.job()).startedAt ?? 0;
    expect(world.platform.shown().progress?.expectedAt).toBe(started + 8000);
    await world.platform.command("three");
    await world.clock.advance(1000);
    expect(world.platform.shown().progress?.expectedAt).toBeGreaterThan(world.clock.now());
  });

  it("says where it stands at the provider", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    world.backend.say("r1", { type: "waiting", position: 4 });
    await world.clock.advance(500);
    expect(title(world.platform.shown())).toBe("Starting · 4 ahead at the image service");
    world.backend.say("r1", { type: "waiting", position: 0 });
    await world.clock.advance(500);
    expect(title(world.platform.shown())).toBe("Starting · next at the image service");
  });

  it("keeps at most the set number of takes at the provider", async () => {
    const world = await createWorld({ concurrency: 2 });
    for (const prompt of ["one", "two", "three", "four"]) await world.platform.command(prompt);
    await world.idle();
    expect(world.backend.orders).toHaveLength(2);
    world.backend.finish("r1");
    await world.idle();
    expect(world.backend.orders).toHaveLength(3);
    expect(world.core.counts()).toEqual({ waiting: 1, running: 2 });
  });

  it("reports how long each part took", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.clock.advance(5000);
    world.backend.finish("r1");
    await world.idle();
    expect(world.happenings.filter((one) => one.type === "job-finished")).toMatchObject([
      { outcome: "done", failure: null, waitedMs: 0, paintedMs: 5000, deliveredMs: 0 },
    ]);
  });
});
