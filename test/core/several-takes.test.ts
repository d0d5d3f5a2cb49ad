import { describe, expect, it } from "vitest";
import { createJobBook } from "../../src/core/job-book.ts";
import { newJob } from "../../src/core/new-job.ts";
import { plainLine } from "../../src/core/view.ts";
import { BotError, SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { aJob, aPlace, aRequest } from "../support/builders.ts";
import { type CoreWorld, createWorld } from "../support/core-world.ts";
import { aPerson } from "../support/fake-platform.ts";

const ASKED = { requester: aPerson("ada"), place: aPlace(), terms: aJob().terms };

/** A world that finds a stored job of two takes when it starts. */
async function twoTakes(): Promise<CoreWorld> {
  const world = await createWorld();
  await world.storage.jobs.insert(
    newJob({
      deliveryId: "two",
      ...ASKED,
      request: aRequest({ count: 2, seed: 3 }),
      parentId: null,
      replyTo: { platform: "fake", messageKey: null, scope: "fake", data: { key: "two", audience: null } },
      now: world.clock.now(),
    }),
  );
  const next = await world.restart();
  await next.idle();
  return next;
}

describe("a job of several takes", () => {
  it("paints one after the other and shows all pictures in one reply", async () => {
    const world = await twoTakes();
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).not.toBe("done");
    world.backend.say("r2", { type: "working", log: "second" });
    await world.clock.advance(500);
    world.backend.finish("r2");
    await world.idle();
    expect(world.platform.shown().images).toHaveLength(2);
    expect(new Set(world.backend.orders.map((order) => order.seed)).size).toBe(2);
    expect(world.platform.messages.size).toBe(1);
  });

  it("shows what was painted when another take failed", async () => {
    const world = await twoTakes();
    world.backend.fail("r1", new TakeFailure("content-policy", "flagged"));
    await world.idle();
    world.backend.finish("r2");
    await world.idle();
    expect(world.platform.shown().images).toHaveLength(1);
    expect((await world.job()).state).toBe("done");
    await world.platform.press("send-to-me", (await world.job()).id);
    const sent = [...world.platform.messages.values()].find((message) => message.audience === "ada");
    expect(sent?.views[0]?.images).toHaveLength(1);
  });

  it("cancelled in its second take keeps the first picture", async () => {
    const world = await twoTakes();
    world.backend.finish("r1");
    await world.idle();
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    expect(world.backend.cancels).toEqual(["r2"]);
    expect(world.platform.shown().images).toHaveLength(1);
  });

  it("reconciles and times out each take by itself", async () => {
    const world = await twoTakes();
    world.backend.finish("r1");
    world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: false });
    await world.idle();
    await world.clock.advance(40_000);
    expect(world.platform.shown().images).toHaveLength(1);
    expect((await world.job()).takes.map((take) => take.failure)).toEqual([null, "unknown-fate"]);
  });

  it("cancelled in line is cancelled whole", async () => {
    const world = await createWorld();
    await world.platform.command("first");
    await world.idle();
    const next = await world.restart();
    await next.storage.jobs.insert(
      newJob({
        deliveryId: "two",
        ...ASKED,
        request: aRequest({ count: 2 }),
        parentId: null,
        replyTo: { platform: "fake", messageKey: null, scope: "fake", data: { key: "two", audience: null } },
        now: next.clock.now() + 5,
      }),
    );
    const third = await next.restart();
    await third.idle();
    await third.platform.press("cancel", (await third.job()).id);
    await third.idle();
    expect((await third.job()).takes.map((take) => take.state)).toEqual(["cancelled", "cancelled"]);
    expect(plainLine(third.platform.shown("two").title, 0)).toBe("Cancelled by ada");
  });
});

describe("the job book", () => {
  it("says loudly that a stored job is gone", async () => {
    const world = await createWorld();
    await expect(createJobBook(world.store, async () => {}).change("nosuchjob", () => null)).rejects.toThrow(
      BotError,
    );
  });
});
