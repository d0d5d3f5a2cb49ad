import { describe, expect, it } from "vitest";
import { ASK_AFTER_MS, SWEEP_MS } from "../../../src/core/accounts.ts";
import { chargeOf, costOf } from "../../../src/core/charge.ts";
import { SubmitUnknown, TakeFailure } from "../../../src/errors.ts";
import { NO_RULES } from "../../contracts/ledger.ts";
import { aJob, aPolicy, aTake } from "../../support/builders.ts";
import { type CoreWorld, createWorld } from "../../support/core-world.ts";
import { typed, words } from "../../support/owner.ts";

const PRICE = 45_000;
const spent = async (world: CoreWorld) =>
  (await world.storage.ledger.spent({ type: "bot" }, world.clock.now())).day;
const pending = async (world: CoreWorld) => (await world.storage.ledger.pending()).length;

describe("what a take costs", () => {
  const ticket = { requestId: "r", endpoint: "e" };
  it.each([
    ["a picture costs its price", { state: "fetched" }, { type: "billed", microUsd: PRICE }],
    [
      "what the provider billed is the truth",
      { state: "fetched", billableUnits: 2 },
      { type: "billed", microUsd: 90_000 },
    ],
    ["so is that it billed nothing", { state: "fetched", billableUnits: 0 }, { type: "free" }],
    [
      "a failure it billed all the same is charged",
      { state: "failed", failure: "content-policy", billableUnits: 1 },
      { type: "billed", microUsd: PRICE },
    ],
    [
      "a refusal is free",
      { state: "failed", failure: "bad-input", submittingAt: 1, ticket },
      { type: "free" },
    ],
    [
      "a fault of the provider's is free",
      { state: "failed", failure: "provider-failure", submittingAt: 1, ticket },
      { type: "free" },
    ],
    [
      "a lost submit is in doubt",
      { state: "failed", failure: "unknown-fate", submittingAt: 1 },
      { type: "doubtful" },
    ],
    [
      "so is one that was not ready in time",
      { state: "failed", failure: "timeout", submittingAt: 1, ticket },
      { type: "doubtful" },
    ],
    [
      "so is one whose result could not be read",
      { state: "failed", failure: "picture-unavailable", submittingAt: 1, ticket },
      { type: "doubtful" },
    ],
    ["a cancel in our line is free", { state: "cancelled" }, { type: "free" }],
    [
      "a cancel at the provider is in doubt",
      { state: "cancelled", submittingAt: 1, ticket },
      { type: "doubtful" },
    ],
    ["what waits is open", { state: "queued" }, { type: "open" }],
    ["what is on its way is open", { state: "working", submittingAt: 1, ticket }, { type: "open" }],
  ] as const)("%s", (_, take, charge) => {
    const job = aJob({ state: "running", takes: [aTake(take)] });
    expect(chargeOf(job, job.takes[0] ?? aTake())).toEqual(charge);
  });

  it("of a job that ended before it was sent is nothing", () => {
    const job = aJob({ state: "failed", failure: "delivery" });
    expect(chargeOf(job, job.takes[0] ?? aTake())).toEqual({ type: "free" });
    expect(costOf(job)).toBe(0);
  });

  it("of a job that ended while something was on its way is in doubt", () => {
    const job = aJob({ state: "failed", takes: [aTake({ state: "submitting", submittingAt: 1 })] });
    expect(chargeOf(job, job.takes[0] ?? aTake())).toEqual({ type: "doubtful" });
  });

  it("is not known of jobs from before prices were kept", () => {
    expect(costOf(aJob({ terms: { microUsd: null, showCost: true, spoiler: false } }))).toBeNull();
  });
});

describe("the accounts", () => {
  it("set a picture's price aside when it is accepted, and settle it when it is painted", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    expect([await spent(world), await pending(world)]).toEqual([{ microUsd: PRICE, pictures: 1 }, 1]);
    world.backend.finish("r1");
    await world.idle();
    expect([await spent(world), await pending(world)]).toEqual([{ microUsd: PRICE, pictures: 1 }, 0]);
  });

  it("give back what failed, was refused by the provider, or was cancelled in line", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    world.backend.fail("r1", new TakeFailure("content-policy", "No"));
    await world.idle();
    expect(await spent(world)).toEqual({ microUsd: 0, pictures: 0 });
    await typed(world, "/imagine a dog");
    await typed(world, "/imagine a fox", { user: "ben" });
    await world.platform.press("cancel", (await world.job()).id, "ben");
    await world.idle();
    expect(await spent(world)).toEqual({ microUsd: PRICE, pictures: 1 });
  });

  it("settle a failure that the provider says it billed", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    world.backend.fail("r1", new TakeFailure("content-policy", "No", { billableUnits: 1 }));
    await world.idle();
    expect([await spent(world), await pending(world)]).toEqual([{ microUsd: PRICE, pictures: 1 }, 0]);
  });

  it("ask the provider about a take in doubt, and give back what it did not bill", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    world.backend.billedAnswers.push({ type: "open" }, { type: "free" });
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    expect(await spent(world)).toEqual({ microUsd: PRICE, pictures: 1 });
    expect((await world.storage.ledger.activity("fake/w/ada", world.clock.now())).waiting).toBe(0);
    await world.clock.advance(ASK_AFTER_MS[0]);
    expect(await pending(world)).toBe(1);
    await world.clock.advance(ASK_AFTER_MS[1]);
    expect([await spent(world), await pending(world)]).toEqual([{ microUsd: 0, pictures: 0 }, 0]);
    expect((await world.job()).takes[0]?.billableUnits).toBe(0);
  });

  it("keep the money of a lost submit until its history tells, also after a restart", async () => {
    const first = await createWorld();
    first.backend.submitFaults.push({ error: new SubmitUnknown("Lost"), arrived: true });
    await typed(first, "/imagine a cat");
    await first.clock.advance(35_000);
    expect((await first.job()).failure).toBe("unknown-fate");
    const world = await first.restart();
    expect([await spent(world), await pending(world)]).toEqual([{ microUsd: PRICE, pictures: 1 }, 1]);
    world.backend.lookUps.push({ requestId: "late", endpoint: "owner/app" });
    world.backend.billedAnswers.push({ type: "billed", units: null });
    await world.clock.advance(SWEEP_MS);
    expect([await spent(world), await pending(world)]).toEqual([{ microUsd: PRICE, pictures: 1 }, 0]);
    expect((await world.job()).takes[0]).toMatchObject({ billableUnits: 1, ticket: { requestId: "late" } });
  });

  it("stop asking after a day, and leave the money set aside", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new SubmitUnknown("Lost"), arrived: false });
    await typed(world, "/imagine a cat");
    await world.clock.advance(30 * SWEEP_MS);
    const asked = world.backend.takenSeen.length;
    await world.clock.advance(5 * SWEEP_MS);
    expect(world.backend.takenSeen.length).toBe(asked);
    expect(await pending(world)).toBe(1);
  });

  describe("give back what was set aside for a job that was never stored", () => {
    const order = {
      job: "ghost",
      takes: ["ghost.1"],
      workspace: "fake/w",
      person: "fake/w/ada",
      microUsd: PRICE,
    };

    it("some time later, when it may still come", async () => {
      const world = await createWorld();
      await world.storage.ledger.reserve({ ...order, at: world.clock.now() }, NO_RULES);
      await world.clock.advance(2 * SWEEP_MS);
      expect(await spent(world)).toEqual({ microUsd: 0, pictures: 0 });
    });

    it("at once, when the process was killed before it came", async () => {
      const world = await createWorld();
      await world.storage.ledger.reserve({ ...order, at: world.clock.now() }, NO_RULES);
      await world.clock.advance(1);
      expect(await spent(await world.restart())).toEqual({ microUsd: 0, pictures: 0 });
    });
  });

  it("catch up after a crash between the record and the ledger", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    world.backend.finish("r1");
    await world.idle();
    const { takes } = await world.job();
    // As if the settlement had never been written.
    await world.storage.ledger.settle(takes[0]?.id ?? "", 0);
    await typed(world, "/imagine a dog");
    const next = await world.restart();
    await next.idle();
    expect((await spent(next)).pictures).toBe(2);
  });

  it("say so when the ledger fails, and make up for it at the next sweep", async () => {
    let isBroken = true;
    const world = await createWorld({
      wrapLedger: (ledger) => ({
        ...ledger,
        refund: (take) => (isBroken ? Promise.reject(new Error("disk")) : ledger.refund(take)),
      }),
    });
    await typed(world, "/imagine a cat");
    world.backend.fail("r1", new TakeFailure("bad-input", "No"));
    await world.idle();
    expect(world.happenings).toContainEqual(expect.objectContaining({ type: "fault", where: "ledger" }));
    expect(await spent(world)).toEqual({ microUsd: PRICE, pictures: 1 });
    await world.clock.advance(SWEEP_MS);
    isBroken = false;
    await world.clock.advance(SWEEP_MS);
    expect(await spent(world)).toEqual({ microUsd: 0, pictures: 0 });
  });

  it("give the money back at once when the reply could not be posted", async () => {
    const world = await createWorld({ owner: { defaults: aPolicy({ waiting: 1 }) } });
    const { ReplyError } = await import("../../../src/errors.ts");
    world.platform.createFaults.push(new ReplyError("forbidden", "No"));
    await typed(world, "/imagine a cat");
    expect(await spent(world)).toEqual({ microUsd: 0, pictures: 0 });
    expect((await typed(world, "/imagine a dog")).refusals).toHaveLength(0);
  });

  it("give the money back when the job could not be stored", async () => {
    let fail = false;
    const world = await createWorld({
      wrapStore: (store) => ({
        ...store,
        insert: (job) => (fail ? Promise.reject(new Error("disk")) : store.insert(job)),
      }),
    });
    fail = true;
    const event = { deliveryId: "same" };
    await typed(world, "/imagine a cat", event);
    expect(await spent(world)).toEqual({ microUsd: 0, pictures: 0 });
    // It was painted for nothing once when the platform delivered it again.
    fail = false;
    await typed(world, "/imagine a cat", event);
    expect(await spent(world)).toEqual({ microUsd: PRICE, pictures: 1 });
  });

  it("show the cost on the result when the owner wants it", async () => {
    const world = await createWorld({ owner: { defaults: aPolicy({ showCost: true }) } });
    await typed(world, "/imagine a cat");
    world.backend.finish("r1");
    await world.idle();
    expect(words(world.platform.shown())).toContain("Cost: $0.045");
  });
});
