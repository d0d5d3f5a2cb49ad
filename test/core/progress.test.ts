import { describe, expect, it } from "vitest";
import { createEditBudget, type EditBudget } from "../../src/core/edit-budget.ts";
import type { PlatformLimits, ReplyHandle } from "../../src/core/ports.ts";
import { createProgressWriter } from "../../src/core/progress.ts";
import type { Happening } from "../../src/core/telemetry.ts";
import type { View } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { aView } from "../support/views.ts";

const LIMITS: PlatformLimits = { replyGapMs: 1000, sharedEdits: { count: 3, windowMs: 10_000 } };
const step = (n: number) => aView({ kind: "working", title: [`step ${n}`] });

function aWriter(options: { readonly shown?: View; readonly budget?: EditBudget } = {}) {
  const clock = createFakeClock();
  const sent: View[] = [];
  const errors: unknown[] = [];
  const happenings: Happening[] = [];
  const budget = options.budget ?? createEditBudget(LIMITS, clock);
  const handle: ReplyHandle = {
    ref: { platform: "fake", messageKey: "m", scope: "w", data: null },
    pictures: { maxBytes: 1, types: [] },
    expiresAt: null,
    create: () => Promise.reject(new Error("not here")),
    remove: () => Promise.resolve(),
    async update(view) {
      const error = errors.shift();
      if (error !== undefined) throw error;
      sent.push(view);
    },
  };
  const writer = createProgressWriter({
    handle,
    platform: "fake",
    limits: LIMITS,
    budget,
    clock,
    telemetry: (happening) => void happenings.push(happening),
    shown: options.shown ?? null,
  });
  const titles = () => sent.map((view) => view.title[0]);
  return { clock, writer, sent, errors, happenings, budget, titles };
}

describe("a progress writer", () => {
  it("sends the newest view only, at the platform's pace", async () => {
    const { clock, writer, titles } = aWriter();
    for (const n of [1, 2, 3]) writer.show(step(n));
    await settle();
    for (const n of [4, 5, 6]) writer.show(step(n));
    await clock.advance(999);
    expect(titles()).toEqual(["step 1"]);
    await clock.advance(1);
    expect(titles()).toEqual(["step 1", "step 6"]);
  });

  it("skips a view that shows what is shown already", async () => {
    const { clock, writer, titles, happenings } = aWriter({ shown: step(1) });
    writer.show(step(1));
    await clock.advance(2000);
    writer.show(step(2));
    await clock.advance(2000);
    writer.show(step(2));
    await clock.advance(2000);
    expect(titles()).toEqual(["step 2"]);
    expect(happenings.filter((one) => one.type === "edit" && one.outcome === "skipped")).toHaveLength(2);
  });

  it("loses a progress edit without a word, and sends the next even if it is the same", async () => {
    const { clock, writer, titles, errors, happenings } = aWriter();
    errors.push(new ReplyError("paced", "slow down"));
    writer.show(step(1));
    await clock.advance(2000);
    writer.show(step(1));
    await clock.advance(2000);
    expect(titles()).toEqual(["step 1"]);
    expect(happenings.filter((one) => one.type === "fault")).toHaveLength(0);
  });

  it("reports a fault that is the adapter's own", async () => {
    const { writer, errors, happenings } = aWriter();
    errors.push(new RangeError("bug"));
    writer.show(step(1));
    await settle();
    expect(happenings).toContainEqual(expect.objectContaining({ type: "fault", where: "progress" }));
  });

  it("shows nothing after the final view", async () => {
    const { clock, writer, titles } = aWriter();
    writer.show(step(1));
    await settle();
    writer.show(step(2));
    await writer.finish(aView({ kind: "done", title: ["done"] }));
    writer.show(step(3));
    await clock.advance(10_000);
    expect(titles()).toEqual(["step 1", "done"]);
    expect(clock.pending()).toBe(0);
  });

  it("lets the final view fail, and be tried again", async () => {
    const { writer, titles, errors } = aWriter();
    errors.push(new ReplyError("unavailable", "down"));
    await expect(writer.finish(step(1))).rejects.toThrow(ReplyError);
    await writer.finish(step(1));
    expect(titles()).toEqual(["step 1"]);
  });

  it("takes a view that comes in at the very moment it has run dry", async () => {
    const { clock, writer, titles } = aWriter();
    writer.show(step(1));
    await Promise.resolve();
    await Promise.resolve();
    writer.show(step(2));
    await clock.advance(5000);
    expect(titles()).toEqual(["step 1", "step 2"]);
  });
});

describe("the shared budget of edits", () => {
  it("lets a window's worth of edits through and tells when the next may go", async () => {
    const clock = createFakeClock();
    const budget = createEditBudget(LIMITS, clock);
    expect([1, 2, 3].map(() => budget.claim("w"))).toEqual([0, 0, 0]);
    await clock.advance(4000);
    expect(budget.claim("w")).toBe(6000);
    expect(budget.claim("another workspace")).toBe(0);
    await clock.advance(6000);
    expect(budget.claim("w")).toBe(0);
  });

  it("holds progress of a scope back while a result is sent there", async () => {
    const clock = createFakeClock();
    const budget = createEditBudget(LIMITS, clock);
    await budget.result("w", async () => {
      expect(budget.claim("w")).toBeGreaterThan(0);
      expect(budget.claim("another workspace")).toBe(0);
    });
    expect(budget.claim("w")).toBe(0);
    await expect(budget.result("w", () => Promise.reject(new Error("no")))).rejects.toThrow();
    expect(budget.claim("w")).toBe(0);
  });

  it("is shared by all writers of a scope", async () => {
    const { clock, writer, titles, budget } = aWriter();
    for (let i = 0; i < 3; i += 1) budget.claim("w");
    writer.show(step(1));
    await clock.advance(9_000);
    expect(titles()).toEqual([]);
    await clock.advance(1_000);
    expect(titles()).toEqual(["step 1"]);
  });
});
