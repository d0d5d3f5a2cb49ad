import { describe, expect, it } from "vitest";
import { UNREACHABLE_PAUSES_MS } from "../../src/core/take-run.ts";
import { plainLine } from "../../src/core/view.ts";
import { BotError, type FailureCode, SubmitNotSent, SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { createWorld } from "../support/core-world.ts";

const FOUND = { requestId: "r1", endpoint: "owner/app" };

describe("a submit", () => {
  it.each<[FailureCode, RegExp, boolean]>([
    ["content-policy", /content filter stopped this prompt/, false],
    ["bad-input", /would not accept this request/, false],
    ["busy", /no room/, true],
    ["provider-failure", /had a fault/, true],
    ["timeout", /not ready in time/, true],
  ])("refused as %s ends in its own sentence", async (failure, sentence, again) => {
    const world = await createWorld();
    world.backend.submitFaults.push({
      error: new TakeFailure(failure, "words of the provider"),
      arrived: true,
    });
    await world.platform.command("a cat");
    await world.idle();
    const view = world.platform.shown();
    expect(plainLine(view.title, 0)).toMatch(sentence);
    expect(JSON.stringify(view)).not.toContain("words of the provider");
    expect(view.actions.some((action) => action.intent === "retry")).toBe(again);
    expect(await world.job()).toMatchObject({ state: "failed", failure });
  });

  it("that never left is sent again after a pause, and the person reads why it takes so long", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new SubmitNotSent("refused"), arrived: false });
    await world.platform.command("a cat");
    await world.idle();
    await world.clock.advance(500);
    expect(plainLine(world.platform.shown().title, 0)).toMatch(/cannot be reached, trying again/);
    await world.clock.advance(2000);
    world.backend.finish("r1");
    await world.idle();
    expect(world.backend.orders).toHaveLength(1);
    expect(world.platform.shown().kind).toBe("done");
  });

  it("that never leaves is given up after the last pause, with nothing spent", async () => {
    const world = await createWorld();
    for (let tries = 0; tries <= UNREACHABLE_PAUSES_MS.length; tries += 1)
      world.backend.submitFaults.push({ error: new SubmitNotSent("refused"), arrived: false });
    await world.platform.command("a cat");
    await world.clock.advance(70_000);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "unreachable" });
    expect(world.backend.orders).toHaveLength(0);
  });

  it("whose answer was lost is found in the history and never sent twice", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: true });
    world.backend.lookUps.push("absent", "unknown", FOUND);
    await world.platform.command("a cat");
    await world.idle();
    await world.clock.advance(500);
    expect(plainLine(world.platform.shown().title, 0)).toMatch(/^Checking/);
    await world.clock.advance(5000);
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
    expect(world.backend.orders).toHaveLength(1);
  });

  it("that broke in a way nobody foresaw is looked up too", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new RangeError("what?"), arrived: true });
    world.backend.lookUps.push(FOUND);
    await world.platform.command("a cat");
    await world.idle();
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
    expect(world.happenings.some((one) => one.type === "fault" && one.where === "submit")).toBe(true);
  });

  it("that no history tells of ends with a sentence and Try again, after the quiet window", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: false });
    await world.platform.command("a cat seed:5");
    await world.clock.advance(29_000);
    expect(world.platform.shown().kind).toBe("working");
    await world.clock.advance(3000);
    expect(world.platform.shown().kind).toBe("failed");
    expect(plainLine(world.platform.shown().title, 0)).toMatch(/so as not to pay twice/);

    await world.platform.press("retry", (await world.job()).id, "ben");
    await world.idle();
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
    expect(world.backend.orders).toHaveLength(1);
    expect((await world.job()).requester.user).toBe("ben");
  });

  it("is looked for until the job's deadline while the history cannot be read", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: true });
    world.backend.lookUps.push(...Array.from({ length: 1000 }, () => "unknown" as const));
    await world.platform.command("a cat");
    await world.clock.advance(500_000);
    expect(world.platform.shown().kind).toBe("working");
    await world.clock.advance(140_000);
    expect(world.platform.shown().kind).toBe("failed");
  });
});

describe("a take at the provider", () => {
  it("that fails ends in the failure's sentence", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    world.backend.fail("r1", new TakeFailure("content-policy", "flagged"));
    await world.idle();
    expect(world.platform.shown().kind).toBe("failed");
    expect(world.platform.shown().actions.map((action) => action.intent)).toEqual(["edit", "delete"]);
  });

  it("that is not ready by its deadline is stopped", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.clock.advance(600_500);
    expect(world.backend.cancels).toEqual(["r1"]);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "timeout" });
  });

  it("that was done at its deadline after all is fetched", async () => {
    const world = await createWorld();
    world.backend.cancelAnswer = "too-late";
    await world.platform.command("a cat");
    await world.clock.advance(600_500);
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
  });

  it("that is painted and not handed over is told so, also at its deadline", async () => {
    const world = await createWorld();
    world.backend.cancelAnswer = "unknown";
    await world.platform.command("a cat");
    await world.idle();
    world.backend.say("r1", { type: "painted" });
    await world.clock.advance(1000);
    expect(plainLine(world.platform.shown().title, 0)).toMatch(
      /^Painted · .*does not hand the picture over yet/,
    );
    await world.clock.advance(620_000);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "picture-unavailable" });
  });

  it.each([
    [new TakeFailure("content-policy", "flagged"), "content-policy"],
    [null, "timeout"],
  ] as const)("that was over at its deadline without a picture fails", async (error, failure) => {
    const world = await createWorld();
    world.backend.cancelAnswer = "too-late";
    await world.platform.command("a cat");
    await world.clock.advance(600_500);
    if (error === null) await world.clock.advance(20_000);
    else world.backend.fail("r1", error);
    await world.idle();
    expect(await world.job()).toMatchObject({ state: "failed", failure });
  });

  it("whose stream ends without a picture is a provider's failure", async () => {
    const world = await createWorld();
    world.backend.follow = async function* () {};
    await world.platform.command("a cat");
    await world.idle();
    expect(await world.job()).toMatchObject({ failure: "provider-failure" });
  });

  it("goes on after a fault of our own store, without a second submit", async () => {
    let broken = false;
    const world = await createWorld({
      wrapStore: (store) => ({
        ...store,
        save: (job) => {
          if (broken) throw new BotError("disk full", { code: "store" });
          return store.save(job);
        },
      }),
    });
    await world.platform.command("a cat");
    await world.idle();
    broken = true;
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("working");
    broken = false;
    await world.clock.advance(5000);
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
    expect(world.backend.orders).toHaveLength(1);
  });
});
