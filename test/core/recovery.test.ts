import { describe, expect, it } from "vitest";
import { ReplyError, SubmitUnknown } from "../../src/errors.ts";
import { type CoreWorld, createWorld } from "../support/core-world.ts";

async function endsWithOnePicture(world: CoreWorld, ticket = "r1"): Promise<void> {
  world.backend.finish(ticket);
  await world.idle();
  expect(world.platform.messages.size).toBe(1);
  expect(world.platform.shown().kind).toBe("done");
  expect(world.backend.orders).toHaveLength(1);
  expect(await world.job()).toMatchObject({ state: "done" });
}

/** Breaks the process off at the n-th save of a job. */
function stopAtSave(n: number) {
  let saves = 0;
  return {
    wrapStore: (store: CoreWorld["store"]): CoreWorld["store"] => ({
      ...store,
      insert: (job) => store.insert(job),
      get: (id) => store.get(id),
      byMessage: (key) => store.byMessage(key),
      open: () => store.open(),
      history: (person, limit) => store.history(person, limit),
      save: (job) => (++saves === n ? new Promise<never>(() => {}) : store.save(job)),
    }),
  };
}

describe("a process killed in the middle of a job", () => {
  it("before the reply: the next one posts it, once", async () => {
    const world = await createWorld();
    world.platform.createFaults.push(
      new ReplyError("unavailable", "down"),
      new ReplyError("unavailable", "down"),
    );
    void world.platform.command("a cat");
    await world.idle();
    expect(world.platform.messages.size).toBe(0);
    const next = await world.restart();
    await next.idle();
    await endsWithOnePicture(next);
  });

  it("after the reply but before that is stored: the reply is found, not posted again", async () => {
    const world = await createWorld(stopAtSave(1));
    void world.platform.command("a cat");
    await world.idle();
    expect(world.platform.messages.size).toBe(1);
    expect(world.backend.orders).toHaveLength(0);
    const next = await world.restart();
    await next.idle();
    await endsWithOnePicture(next);
  });

  it("while the job waits: it is painted after all, in order", async () => {
    const world = await createWorld();
    for (const prompt of ["one", "two", "three"]) await world.platform.command(prompt);
    await world.idle();
    const next = await world.restart();
    await next.idle();
    for (const ticket of ["r1", "r2", "r3"]) {
      next.backend.finish(ticket);
      await next.idle();
    }
    expect(next.backend.orders.map((order) => order.request.prompt)).toEqual(["one", "two", "three"]);
    expect([...next.platform.messages.values()].map((message) => message.views.at(-1)?.kind)).toEqual([
      "done",
      "done",
      "done",
    ]);
  });

  it("after the mark, before the submit arrived: it is looked up and never sent a second time", async () => {
    const world = await createWorld();
    world.backend.submit = () => new Promise(() => {});
    await world.platform.command("a cat");
    await world.idle();
    expect((await world.job()).takes[0]?.state).toBe("submitting");
    const next = await world.restart();
    await next.clock.advance(40_000);
    expect(next.platform.shown().kind).toBe("failed");
    expect(next.platform.shown().actions.map((action) => action.intent)).toContain("retry");
    expect(await next.job()).toMatchObject({ state: "failed", failure: "unknown-fate" });
    expect(next.backend.orders).toHaveLength(0);
  });

  it("after the submit arrived, before the ticket was stored: the ticket is found in the history", async () => {
    const world = await createWorld(stopAtSave(3));
    await world.platform.command("a cat");
    await world.idle();
    expect(world.backend.orders).toHaveLength(1);
    world.backend.lookUps.push("unknown", "absent", { requestId: "r1", endpoint: "owner/app" });
    const next = await world.restart();
    await next.clock.advance(10_000);
    await endsWithOnePicture(next);
  });

  it("while it is painted: the same ticket is followed on", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    world.backend.say("r1", { type: "working", log: null });
    await world.idle();
    const next = await world.restart();
    await endsWithOnePicture(next);
  });

  it("while the picture is shown: it is shown again in the same reply", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    world.platform.resultFaults.push(() => new ReplyError("unavailable", "down"));
    world.platform.resultFaults.push(() => new ReplyError("unavailable", "down"));
    world.backend.finish("r1");
    await world.idle();
    expect((await world.job()).state).toBe("delivering");
    const next = await world.restart();
    await next.clock.advance(2000);
    expect(next.platform.shown().kind).toBe("done");
    expect(next.platform.messages.size).toBe(1);
    expect(next.backend.orders).toHaveLength(1);
  });

  it("after Cancel was pressed: the cancel is carried out", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    world.backend.cancel = () => new Promise(() => {});
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    world.backend.cancel = async () => "stopped";
    const next = await world.restart();
    await next.idle();
    expect(next.platform.shown().kind).toBe("cancelled");
  });

  it("leaves the jobs of a platform that is not configured any more alone", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    const job = await world.job();
    await world.storage.jobs.save({ ...job, requester: { ...job.requester, platform: "elsewhere" } });
    const next = await world.restart();
    await next.idle();
    expect((await next.job()).state).toBe("running");
  });

  it("gives up a reply that can never be posted, before anything is paid for", async () => {
    const world = await createWorld();
    world.platform.createFaults.push(
      new ReplyError("unavailable", "down"),
      new ReplyError("unavailable", "down"),
    );
    void world.platform.command("a cat");
    await world.idle();
    world.platform.createFaults.push(new ReplyError("forbidden", "no"));
    const next = await world.restart();
    await next.idle();
    expect(await next.job()).toMatchObject({ state: "failed", failure: "delivery" });
    expect(next.backend.orders).toHaveLength(0);
  });

  it("keeps asking a platform that is away for the first reply", async () => {
    const world = await createWorld();
    const down = () => new ReplyError("unavailable", "down");
    world.platform.createFaults.push(down(), down());
    void world.platform.command("a cat");
    await world.idle();
    world.platform.createFaults.push(...Array.from({ length: 10 }, down));
    const next = await world.restart();
    await next.clock.advance(900_000);
    await endsWithOnePicture(next);
  });

  it("matches two lost submits of one input with two tickets, one to one", async () => {
    const world = await createWorld({ concurrency: 2 });
    for (const seed of [1, 2]) {
      world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: true });
      void seed;
    }
    await world.platform.command("a cat seed:7");
    world.backend.lookUps.push(
      { requestId: "r1", endpoint: "owner/app" },
      { requestId: "r2", endpoint: "owner/app" },
    );
    await world.platform.command("a cat seed:7");
    await world.idle();
    expect(world.backend.takenSeen[0]?.has("r1")).toBe(false);
    expect(world.backend.takenSeen[1]?.has("r1")).toBe(true);
  });
});

describe("a process that is asked to stop", () => {
  it("hands running jobs back, and the next one brings them to their end", async () => {
    const world = await createWorld({ concurrency: 2 });
    await world.platform.command("one");
    await world.platform.command("two");
    await world.platform.command("three");
    await world.idle();
    await world.core.stop();
    expect(world.backend.followed()).toEqual([]);
    const refused = await world.platform.command("four");
    expect(refused.refusals).toHaveLength(1);

    const next = await world.restart();
    for (const ticket of ["r1", "r2", "r3"]) {
      next.backend.finish(ticket);
      await next.idle();
    }
    expect([...next.platform.messages.values()].map((message) => message.views.at(-1)?.kind)).toEqual([
      "done",
      "done",
      "done",
    ]);
    expect(next.backend.orders).toHaveLength(3);
  });

  it("hands a look-up back too", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: true });
    await world.platform.command("a cat");
    await world.idle();
    await world.core.stop();
    expect((await world.job()).takes[0]?.state).toBe("submitting");
  });

  it("hands a result back that the platform would not take", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    for (let i = 0; i < 9; i += 1)
      world.platform.resultFaults.push(() => new ReplyError("unavailable", "down"));
    world.backend.finish("r1");
    await world.idle();
    await world.core.stop();
    expect((await world.job()).state).toBe("delivering");
    expect(world.pictures.onDisk.size).toBe(0);
  });
});
